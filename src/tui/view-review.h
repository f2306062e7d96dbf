/* The walk through a review: one account after the other with its evidence and
 * a suggestion. A decision is a mark in the store; nothing is sent before the
 * decisions are applied as a plan. */
#pragma once

#include "app/app-review.h"
#include "tui/console-private.h"

/* Takes the review; begins where this reviewer stood last. */
View *view_review_new(Console *console, Review *review);
/* Goes on with one, by name. */
void review_open(Console *console, const char *name);
/* Asks for the name of a new one of the accounts that are tagged, or else shown. */
void review_ask_new(Console *console);
/* The reviews that are open, and a new one of what is tagged or shown. */
void review_choose(Console *console);
