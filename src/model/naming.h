/* The naming rule: from a person's name in any script to a user name that
 * Entra accepts and the person recognises. */
#pragma once

#include "model/person.h"

/* Lower-case Latin letters, digits, '-' and single blanks only: ä → ae (German), ł → l, Greek
 * and Cyrillic by their usual romanisation, kana by Hepburn; apostrophes go. Scripts that cannot be
 * read without knowing the person (Han in a Japanese name) are read as Chinese;
 * `ret_guessed` (may be NULL) tells that the result is such a guess and should
 * be shown. "" when nothing is left. The caller owns it. */
char *naming_transliterate(const char *text, gboolean *ret_guessed);

/* The part before the @ by the roster's rule, for the n-th attempt (0: as the
 * rule says; 1: a 2 behind the last name …), at most 64 characters, lower case,
 * only what Entra allows. USHER_ERROR_USAGE when the names come to nothing or
 * the rule is wrong. Placeholders: {first} {last} {f} {l} {company}. A user name that
 * the person brings along (PERSON_USER) is taken as it is, whatever the attempt: if it is
 * taken, further attempts are no use. */
char *naming_local_part(const Person *person, const Roster *roster, guint attempt, GError **error);
/* The same with @domain. */
char *naming_user_name(const Person *person, const Roster *roster, guint attempt, GError **error);
/* mailNickname: letters, digits, '-', '_' only; a dot becomes '-'. */
char *naming_mail_nickname(const char *user_name);
/* The display name by the roster's rule, untransliterated, at most 256. */
char *naming_display_name(const Person *person, const Roster *roster);

/* The user name as it was: in the deleted container the object id, without its dashes, stands
 * before it. Any other is given back as it is. Lent, a part of `user_name`; NULL for NULL. */
const char *naming_before_deletion(const char *user_name);

/* Checks a user name against Entra's rules; USHER_ERROR_USAGE says which. */
gboolean naming_check_user_name(const char *user_name, GError **error);
