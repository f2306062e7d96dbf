/* Users from JSON to Account. The property table says where each goes; a small
 * hash over it finds the row, and one Account is filled again for each of a
 * hundred thousand. Which requests bring the JSON is for the other files. */
#include "graph/users-private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "graph/reader-private.h"
#include <stdlib.h>
#include <string.h>

/* The code of a tenant without the premium licence that sign-in dates need. */
#define NOT_PREMIUM "Authentication_RequestFromNonPremiumTenantOrB2CTenant"

#define SLOTS 128

typedef struct Property Property;
typedef void (*ReadValue)(UsersReader *users, Reader *reader, const Property *property);

struct Property {
  const char *name;
  ReadValue read;
  FieldId field;
};

struct UsersReader {
  const GraphReading *reading;
  guint64 fields;
  const char *extension; /* "extensionAttribute15", or NULL */
  gint64 absent_sign_in;
  LicenceJudge judge;
  Account *account;
  gboolean has_id;
  guint8 slots[SLOTS]; /* row of the property table + 1 */
};

static void
read_text(UsersReader *users, Reader *reader, const Property *property)
{
  const char *text = reader_string(reader, NULL);
  if (text)
    account_put_text(users->account, property->field, text);
  if (text && property->field == FIELD_ID)
    users->has_id = *text != '\0';
}

static void
read_list(UsersReader *users, Reader *reader, const Property *property)
{
  if (!reader_enter(reader, READER_ARRAY))
    return;
  while (reader_item(reader)) {
    const char *text = reader_string(reader, NULL);
    if (text)
      account_put_item(users->account, property->field, text);
  }
}

static gboolean
parse_moment(const char *text, gint64 *ret_moment)
{
  return text && *text && clock_parse_moment(text, ret_moment, NULL);
}

static void
read_moment(UsersReader *users, Reader *reader, const Property *property)
{
  gint64 moment;
  const char *text = reader_string(reader, NULL);
  if (parse_moment(text, &moment))
    account_put_number(users->account, property->field, moment);
}

static void
read_enabled(UsersReader *users, Reader *reader, const Property *property)
{
  ReaderKind kind = reader_peek(reader);
  reader_skip(reader);
  if (kind == READER_TRUE || kind == READER_FALSE)
    account_put_number(users->account, FIELD_STATE,
                       kind == READER_TRUE ? STATE_ENABLED : STATE_DISABLED);
}

static void
read_user_type(UsersReader *users, Reader *reader, const Property *property)
{
  const char *text = reader_string(reader, NULL);
  if (text && g_ascii_strcasecmp(text, "Guest") == 0)
    account_put_number(users->account, FIELD_KIND, KIND_GUEST);
  else if (text && g_ascii_strcasecmp(text, "Member") == 0)
    account_put_number(users->account, FIELD_KIND, KIND_MEMBER);
}

static void
read_yes(UsersReader *users, Reader *reader, const Property *property)
{
  account_put_number(users->account, property->field, reader_bool(reader));
}

/* An end date that is no date is not "no end date". */
static void
put_expiry(UsersReader *users, const char *text)
{
  gint64 moment = MOMENT_NONE;
  if (text && *text && !parse_moment(text, &moment))
    moment = MOMENT_UNKNOWN;
  account_put_number(users->account, FIELD_EXPIRES, moment);
}

static void
read_extensions(UsersReader *users, Reader *reader, const Property *property)
{
  char *name;
  gsize length;
  if (!reader_enter(reader, READER_OBJECT))
    return;
  while (reader_member(reader, &name, &length))
    if (users->extension && strcmp(name, users->extension) == 0)
      put_expiry(users, reader_string(reader, NULL));
    else
      reader_skip(reader);
}

static void
read_leave_date(UsersReader *users, Reader *reader, const Property *property)
{
  const char *text = reader_string(reader, NULL);
  if (!users->extension)
    put_expiry(users, text);
}

static void
read_sign_in(UsersReader *users, Reader *reader, const Property *property)
{
  char *name;
  gsize length;
  gint64 successful = 0, attempted = 0;
  if (!reader_enter(reader, READER_OBJECT))
    return;
  while (reader_member(reader, &name, &length))
    if (strcmp(name, "lastSuccessfulSignInDateTime") == 0)
      parse_moment(reader_string(reader, NULL), &successful);
    else if (strcmp(name, "lastSignInDateTime") == 0)
      parse_moment(reader_string(reader, NULL), &attempted);
    else
      reader_skip(reader);
  /* The year 1 stands for "never". */
  gint64 last = successful > 0 ? successful : attempted;
  account_put_number(users->account, FIELD_SIGN_IN, last > 0 ? last : MOMENT_NONE);
}

static void
read_licence_state(UsersReader *users, Reader *reader)
{
  const char *sku = NULL, *by_group = NULL, *state = NULL, *problem = NULL;
  char *name;
  gsize length;
  while (reader_member(reader, &name, &length))
    if (strcmp(name, "skuId") == 0)
      sku = reader_string(reader, NULL);
    else if (strcmp(name, "assignedByGroup") == 0)
      by_group = reader_string(reader, NULL);
    else if (strcmp(name, "state") == 0)
      state = reader_string(reader, NULL);
    else if (strcmp(name, "error") == 0)
      problem = reader_string(reader, NULL);
    else
      reader_skip(reader);
  licence_judge_add(&users->judge, sku, by_group, state, problem);
}

static void
read_licences(UsersReader *users, Reader *reader, const Property *property)
{
  if (!reader_enter(reader, READER_ARRAY))
    return;
  licence_judge_begin(&users->judge);
  while (reader_item(reader))
    if (reader_enter(reader, READER_OBJECT))
      read_licence_state(users, reader);
  account_put_number(users->account, FIELD_LICENCE, licence_judge_end(&users->judge));
}

/* The first sponsor stands for them all. */
static void
read_sponsors(UsersReader *users, Reader *reader, const Property *property)
{
  char *name;
  gsize length;
  if (!reader_enter(reader, READER_ARRAY))
    return;
  for (guint i = 0; reader_item(reader); i++) {
    if (!reader_enter(reader, READER_OBJECT))
      continue;
    while (reader_member(reader, &name, &length))
      if (i == 0 && strcmp(name, "displayName") == 0)
        account_put_text(users->account, FIELD_SPONSOR, reader_string(reader, NULL));
      else if (i == 0 && strcmp(name, "id") == 0)
        account_put_text(users->account, FIELD_SPONSOR_ID, reader_string(reader, NULL));
      else
        reader_skip(reader);
  }
}

static const Property properties[] = {
    {"id", read_text, FIELD_ID},
    {"displayName", read_text, FIELD_NAME},
    {"userPrincipalName", read_text, FIELD_USER},
    {"givenName", read_text, FIELD_FIRST},
    {"surname", read_text, FIELD_LAST},
    {"mail", read_text, FIELD_MAIL},
    {"otherMails", read_list, FIELD_EXTERNAL},
    {"proxyAddresses", read_list, FIELD_PROXIES},
    {"mobilePhone", read_text, FIELD_MOBILE},
    {"companyName", read_text, FIELD_COMPANY},
    {"department", read_text, FIELD_DEPARTMENT},
    {"jobTitle", read_text, FIELD_TITLE},
    {"employeeId", read_text, FIELD_EMPLOYEE},
    {"city", read_text, FIELD_CITY},
    {"country", read_text, FIELD_COUNTRY},
    {"usageLocation", read_text, FIELD_LOCATION},
    {"preferredLanguage", read_text, FIELD_LANGUAGE},
    {"accountEnabled", read_enabled, FIELD_STATE},
    {"userType", read_user_type, FIELD_KIND},
    {"createdDateTime", read_moment, FIELD_CREATED},
    {"deletedDateTime", read_moment, FIELD_DELETED},
    {"externalUserState", read_text, FIELD_INVITE},
    {"onPremisesSyncEnabled", read_yes, FIELD_SYNCED},
    {"onPremisesExtensionAttributes", read_extensions, FIELD_EXPIRES},
    {"employeeLeaveDateTime", read_leave_date, FIELD_EXPIRES},
    {"licenseAssignmentStates", read_licences, FIELD_LICENCE},
    {"signInActivity", read_sign_in, FIELD_SIGN_IN},
    {"sponsors", read_sponsors, FIELD_SPONSOR},
};

static inline guint
slot_of(const char *name, gsize length)
{
  return length ? ((guint)length * 7 + (guint8)name[0] * 31u + (guint8)name[length - 1] * 3u +
                   (guint8)name[length / 2]) %
                      SLOTS
                : 0;
}

static const Property *
find_property(const UsersReader *users, const char *name, gsize length)
{
  for (guint slot = slot_of(name, length); users->slots[slot]; slot = (slot + 1) % SLOTS) {
    const Property *property = &properties[users->slots[slot] - 1];
    if (strcmp(property->name, name) == 0)
      return property;
  }
  return NULL;
}

guint64
users_fields(const GraphReading *reading)
{
  if (reading && reading->fields)
    return reading->fields;
  guint64 fields = 0;
  for (guint i = 0; i < FIELD_N; i++)
    if (!field_info((FieldId)i)->costly)
      fields |= G_GUINT64_CONSTANT(1) << i;
  return fields;
}

gboolean
users_wants(guint64 fields, FieldId field)
{
  return (fields >> field) & 1;
}

UsersReader *
users_reader_new(const GraphReading *reading, const char *const *sku_ids, gint64 absent_sign_in)
{
  static const GraphReading nothing_special;
  UsersReader *users = g_new0(UsersReader, 1);
  users->reading = reading ? reading : &nothing_special;
  users->fields = users_fields(reading);
  const char *property = users->reading->expiry_property;
  users->extension = property && g_str_has_prefix(property, "extension") ? property : NULL;
  users->absent_sign_in = absent_sign_in;
  users->judge.group_id = users->reading->group_id;
  users->judge.sku_ids = sku_ids;
  users->account = account_new();
  for (guint i = 0; i < G_N_ELEMENTS(properties); i++) {
    guint slot = slot_of(properties[i].name, strlen(properties[i].name));
    while (users->slots[slot])
      slot = (slot + 1) % SLOTS;
    users->slots[slot] = (guint8)(i + 1);
  }
  return users;
}

void
users_reader_free(UsersReader *users)
{
  if (!users)
    return;
  account_free(users->account);
  g_free(users);
}

/* What absence means; it is overwritten when the property is there. */
static void
begin_account(UsersReader *users)
{
  Account *account = users->account;
  account_clear(account);
  users->has_id = FALSE;
  if (users_wants(users->fields, FIELD_SIGN_IN))
    account_put_number(account, FIELD_SIGN_IN, users->absent_sign_in);
  if (users_wants(users->fields, FIELD_EXPIRES))
    account_put_number(account, FIELD_EXPIRES, MOMENT_NONE);
  account_put_number(account, FIELD_DELETED, MOMENT_NONE);
  if (users->reading->roster)
    account_put_item(account, FIELD_GROUP, users->reading->roster);
}

/* The object that comes next, into users->account. */
static gboolean
read_account(UsersReader *users, Reader *reader)
{
  char *name;
  gsize length;
  begin_account(users);
  if (!reader_enter(reader, READER_OBJECT))
    return FALSE;
  while (reader_member(reader, &name, &length)) {
    const Property *property = find_property(users, name, length);
    if (property)
      property->read(users, reader, property);
    else
      reader_skip(reader);
  }
  if (account_number(users->account, FIELD_DELETED) > 0)
    account_put_number(users->account, FIELD_STATE, STATE_DELETED);
  return !reader->failed && users->has_id;
}

static gboolean
malformed(const Reader *reader, const char *what, GError **error)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL,
              _("%s: the answer is malformed or cut off (%zu bytes)."), what,
              (gsize)(reader->end - reader->start));
  return FALSE;
}

/* The items of "value", each into users->account and then to `take`. */
typedef gboolean (*TakeAccount)(UsersReader *users, gpointer data);

static gboolean
read_value(UsersReader *users, Reader *reader, TakeAccount take, gpointer data)
{
  gboolean wanted = TRUE;
  if (!reader_enter(reader, READER_ARRAY))
    return FALSE;
  while (reader_item(reader)) {
    if (!wanted)
      reader_skip(reader);
    else if (!read_account(users, reader))
      return FALSE;
    else
      wanted = take(users, data);
  }
  return !reader->failed;
}

static gboolean
read_page(UsersReader *users, HttpResponse *response, const char *what, TakeAccount take,
          gpointer data, GError **error)
{
  Reader reader;
  char *name;
  gsize length;
  gboolean ok = FALSE;
  reader_init(&reader, response->body, response->length);
  if (!reader_enter(&reader, READER_OBJECT))
    return malformed(&reader, what, error);
  while (reader_member(&reader, &name, &length))
    if (strcmp(name, "value") == 0) {
      ok = read_value(users, &reader, take, data);
      if (!ok)
        break;
    } else
      reader_skip(&reader);
  return (ok && reader_at_end(&reader)) || malformed(&reader, what, error);
}

static gboolean
take_into_builder(UsersReader *users, gpointer builder)
{
  snapshot_builder_add(builder, users->account);
  return TRUE;
}

gboolean
users_reader_page(UsersReader *users, HttpResponse *response, const char *what,
                  SnapshotBuilder *builder, GError **error)
{
  return read_page(users, response, what, take_into_builder, builder, error);
}

typedef struct {
  GPtrArray *accounts;
  guint limit;
} Taking;

static gboolean
take_into_array(UsersReader *users, gpointer data)
{
  Taking *taking = data;
  if (taking->accounts->len < taking->limit) {
    g_ptr_array_add(taking->accounts, users->account);
    users->account = account_new();
  }
  return taking->accounts->len < taking->limit;
}

gboolean
users_reader_append(UsersReader *users, HttpResponse *response, const char *what,
                    GPtrArray *accounts, guint limit, GError **error)
{
  Taking taking = {accounts, limit};
  return read_page(users, response, what, take_into_array, &taking, error);
}

Account *
users_reader_one(UsersReader *users, HttpResponse *response, const char *what, GError **error)
{
  Reader reader;
  reader_init(&reader, response->body, response->length);
  if (!read_account(users, &reader) || !reader_at_end(&reader)) {
    malformed(&reader, what, error);
    return NULL;
  }
  Account *account = users->account;
  users->account = account_new();
  return account;
}

static void
add_select(GPtrArray *names, const char *name)
{
  if (name && !g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
    g_ptr_array_add(names, (gpointer)name);
}

char *
users_select(guint64 fields, const GraphReading *reading)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  const char *expiry = reading ? reading->expiry_property : NULL;
  add_select(names, "id");
  for (guint i = 0; i < FIELD_N; i++)
    if (users_wants(fields, (FieldId)i) && i != FIELD_EXPIRES && i != FIELD_SPONSOR)
      add_select(names, field_info((FieldId)i)->select);
  if (users_wants(fields, FIELD_EXPIRES) && expiry)
    add_select(names,
               g_str_has_prefix(expiry, "extension") ? "onPremisesExtensionAttributes" : expiry);
  g_ptr_array_add(names, NULL);
  g_autofree char *joined = g_strjoinv(",", (char **)names->pdata);
  return g_strdup_printf("$select=%s", joined);
}

gboolean
users_is_unlicensed(const GError *error)
{
  return graph_error_is(error, 403) && g_strcmp0(error_service_code(error), NOT_PREMIUM) == 0;
}
