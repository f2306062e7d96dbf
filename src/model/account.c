/* One account as loose values. Texts lie one behind the other in an arena that
 * is kept when the account is cleared, so that filling it again costs no
 * allocation. What the values mean is for the field table. */
#include "model/account.h"

#include "model/account-private.h"
#include "model/folding.h"
#include <string.h>

Account *
account_new(void)
{
  Account *account = g_new0(Account, 1);
  account->size = 1024;
  account->arena = g_malloc(account->size);
  account_clear(account);
  return account;
}

void
account_free(Account *account)
{
  if (!account)
    return;
  g_free(account->arena);
  g_free(account);
}

void
account_clear(Account *account)
{
  account->arena[0] = '\0';
  account->used = 1;
  memset(account->text, 0, sizeof account->text);
  memset(account->length, 0, sizeof account->length);
  for (guint i = 0; i < FIELD_N; i++)
    account->number[i] = field_info((FieldId)i)->kind == FIELD_KIND_MOMENT ? MOMENT_UNKNOWN : 0;
}

Account *
account_copy(const Account *account)
{
  Account *copy = g_memdup2(account, sizeof *account);
  copy->arena = g_memdup2(account->arena, account->size);
  return copy;
}

static gboolean
is_text(FieldId field)
{
  FieldKind kind = field_info(field)->kind;
  return kind == FIELD_KIND_TEXT || kind == FIELD_KIND_LIST;
}

/* Room for `length` more bytes and a NUL. */
static void
reserve(Account *account, gsize length)
{
  gsize need = account->used + length + 1;
  if (need <= account->size)
    return;
  account->size = MAX(need, 2 * account->size);
  account->arena = g_realloc(account->arena, account->size);
}

static void
append(Account *account, const char *text, gsize length)
{
  reserve(account, length);
  memcpy(account->arena + account->used, text, length);
  account->used += length;
  account->arena[account->used] = '\0';
}

static void
put_valid(Account *account, FieldId field, const char *text, gsize length)
{
  account->text[field] = account->used;
  account->length[field] = length;
  append(account, text, length);
  account->used++;
}

void
account_put_text(Account *account, FieldId field, const char *text)
{
  g_return_if_fail(is_text(field));
  if (!text || !*text) {
    account->text[field] = account->length[field] = 0;
    return;
  }
  gsize length = strlen(text);
  if (folding_is_ascii(text, length) || g_utf8_validate(text, (gssize)length, NULL)) {
    put_valid(account, field, text, length);
    return;
  }
  g_autofree char *valid = g_utf8_make_valid(text, (gssize)length);
  put_valid(account, field, valid, strlen(valid));
}

void
account_put_item(Account *account, FieldId field, const char *item)
{
  g_return_if_fail(field_info(field)->kind == FIELD_KIND_LIST);
  if (!item || !*item)
    return;
  g_autofree char *valid = g_utf8_make_valid(item, -1);
  g_strdelimit(valid, "\n", ' ');
  if (!account->text[field]) {
    put_valid(account, field, valid, strlen(valid));
    return;
  }
  /* The list moves to the end of the arena, unless it is there already. */
  gsize old = account->length[field], length = strlen(valid);
  if (account->text[field] + old + 1 != account->used) {
    reserve(account, old);
    put_valid(account, field, account->arena + account->text[field], old);
  }
  account->used--;
  append(account, "\n", 1);
  append(account, valid, length);
  account->used++;
  account->length[field] = old + 1 + length;
}

void
account_put_number(Account *account, FieldId field, gint64 number)
{
  g_return_if_fail(!is_text(field));
  account->number[field] = number;
}

const char *
account_text(const Account *account, FieldId field)
{
  g_return_val_if_fail((guint)field < FIELD_N, NULL);
  return account->text[field] ? account->arena + account->text[field] : NULL;
}

gint64
account_number(const Account *account, FieldId field)
{
  g_return_val_if_fail((guint)field < FIELD_N, 0);
  return account->number[field];
}
