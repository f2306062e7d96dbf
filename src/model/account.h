/* One account, while it is read, shown in full, or about to be packed into a
 * snapshot. It keeps its texts in one arena, so that the same Account can be
 * cleared and filled again for each of a hundred thousand. */
#pragma once

#include "model/fields.h"

typedef struct Account Account;

Account *account_new(void);
void account_free(Account *account);
/* Empties it: all texts NULL, moments MOMENT_UNKNOWN, choices 0. */
void account_clear(Account *account);

/* A copy; the caller owns it. */
Account *account_copy(const Account *account);

/* Texts and lists are copied; NULL and "" unset; invalid UTF-8 becomes U+FFFD. A list is
 * its members with '\n' between. */
void account_put_text(Account *account, FieldId field, const char *text);
/* Appends one member to a list field; a newline in it becomes a blank. */
void account_put_item(Account *account, FieldId field, const char *item);
void account_put_number(Account *account, FieldId field, gint64 number);

/* Lent until the account is changed; NULL when not set. */
const char *account_text(const Account *account, FieldId field);
gint64 account_number(const Account *account, FieldId field);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Account, account_free)
