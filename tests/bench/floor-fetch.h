/* What any program that lists a tenant has to do at least: fetch the pages over
 * one kept-alive connection and follow the links. Plain C and libcurl, so that
 * the floors owe nothing to the rooms that they are compared with. */
#pragma once

#include <stddef.h>

/* Told of each page; returns the next link, which the caller frees, or NULL at the end. */
typedef char *(*FloorPage)(const char *body, size_t length, void *data);

/* Signs in at the address in FLOOR_TOKEN_URL with the form in FLOOR_TOKEN_FORM, as every client
 * has to, and follows the links from `url`; 0 when all went well. */
int floor_fetch(const char *url, FloorPage page, void *data);
