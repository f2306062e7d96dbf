/* The field table and what follows from it alone: look-up by name, lists of
 * fields, and how one value is written for a person or for a program. Which
 * rows have which values is the snapshot's business. */
#include "model/fields.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include <string.h>

static const char *const state_choices[] = {N_("unknown"), N_("enabled"), N_("disabled"),
                                            N_("deleted"), NULL};
static const char *const state_json[] = {"null", "true", "false", "false"};
static const char *const kind_choices[] = {N_("unknown"), N_("member"), N_("guest"), NULL};
static const char *const kind_json[] = {"null", "\"Member\"", "\"Guest\""};
static const char *const licence_choices[] = {N_("unknown"), N_("none"),  N_("pending"),
                                              N_("ok"),      N_("error"), NULL};
static const char *const yes_no_choices[] = {N_("no"), N_("yes"), NULL};
static const char *const yes_no_json[] = {"false", "true"};

static const FieldInfo fields[FIELD_N] = {
    [FIELD_ID] = {.id = FIELD_ID,
                  .name = "id",
                  .graph = "id",
                  .title = N_("ID"),
                  .label = N_("object id"),
                  .help = N_("The object id of the account, which never changes."),
                  .kind = FIELD_KIND_TEXT,
                  .width_min = 8,
                  .width_want = 36,
                  .select = "id"},
    [FIELD_NAME] = {.id = FIELD_NAME,
                    .name = "name",
                    .graph = "displayName",
                    .title = N_("NAME"),
                    .label = N_("name"),
                    .help = N_("The name that is shown in address books and lists."),
                    .kind = FIELD_KIND_TEXT,
                    .width_min = 12,
                    .width_want = 28,
                    .select = "displayName",
                    .search = TRUE,
                    .writable = TRUE},
    [FIELD_USER] = {.id = FIELD_USER,
                    .name = "user",
                    .graph = "userPrincipalName",
                    .title = N_("USER NAME"),
                    .label = N_("user name"),
                    .help = N_("The name that the person signs in with."),
                    .kind = FIELD_KIND_TEXT,
                    .width_min = 12,
                    .width_want = 26,
                    .select = "userPrincipalName",
                    .search = TRUE,
                    .writable = TRUE},
    [FIELD_FIRST] = {.id = FIELD_FIRST,
                     .name = "first",
                     .graph = "givenName",
                     .title = N_("FIRST NAME"),
                     .label = N_("first name"),
                     .help = N_("The first name."),
                     .kind = FIELD_KIND_TEXT,
                     .width_min = 8,
                     .width_want = 16,
                     .select = "givenName",
                     .writable = TRUE},
    [FIELD_LAST] = {.id = FIELD_LAST,
                    .name = "last",
                    .graph = "surname",
                    .title = N_("LAST NAME"),
                    .label = N_("last name"),
                    .help = N_("The last name."),
                    .kind = FIELD_KIND_TEXT,
                    .width_min = 8,
                    .width_want = 18,
                    .select = "surname",
                    .writable = TRUE},
    [FIELD_MAIL] = {.id = FIELD_MAIL,
                    .name = "mail",
                    .graph = "mail",
                    .title = N_("MAIL"),
                    .label = N_("mail"),
                    .help = N_("The mail address; in a query also the other mail addresses."),
                    .kind = FIELD_KIND_TEXT,
                    .width_min = 14,
                    .width_want = 28,
                    .select = "mail",
                    .search = TRUE},
    [FIELD_EXTERNAL] = {.id = FIELD_EXTERNAL,
                        .name = "external",
                        .graph = "otherMails",
                        .title = N_("EXTERNAL MAIL"),
                        .label = N_("external mail"),
                        .help = N_("Other mail addresses: where the person is reached outside."),
                        .kind = FIELD_KIND_LIST,
                        .width_min = 14,
                        .width_want = 28,
                        .select = "otherMails",
                        .search = TRUE,
                        .writable = TRUE},
    [FIELD_PROXIES] = {.id = FIELD_PROXIES,
                       .name = "proxies",
                       .graph = "proxyAddresses",
                       .title = N_("PROXY ADDRESSES"),
                       .label = N_("proxy addresses"),
                       .help = N_("All addresses under which the account receives mail."),
                       .kind = FIELD_KIND_LIST,
                       .width_min = 14,
                       .width_want = 32,
                       .select = "proxyAddresses"},
    [FIELD_MOBILE] = {.id = FIELD_MOBILE,
                      .name = "mobile",
                      .graph = "mobilePhone",
                      .title = N_("MOBILE"),
                      .label = N_("mobile"),
                      .help = N_("The mobile number."),
                      .kind = FIELD_KIND_TEXT,
                      .width_min = 12,
                      .width_want = 18,
                      .select = "mobilePhone",
                      .search = TRUE,
                      .writable = TRUE},
    [FIELD_COMPANY] = {.id = FIELD_COMPANY,
                       .name = "company",
                       .graph = "companyName",
                       .title = N_("COMPANY"),
                       .label = N_("company"),
                       .help = N_("The company that the person works for."),
                       .kind = FIELD_KIND_TEXT,
                       .width_min = 10,
                       .width_want = 20,
                       .select = "companyName",
                       .search = TRUE,
                       .writable = TRUE},
    [FIELD_DEPARTMENT] = {.id = FIELD_DEPARTMENT,
                          .name = "department",
                          .graph = "department",
                          .title = N_("DEPARTMENT"),
                          .label = N_("department"),
                          .help = N_("The department."),
                          .kind = FIELD_KIND_TEXT,
                          .width_min = 10,
                          .width_want = 18,
                          .select = "department",
                          .search = TRUE,
                          .writable = TRUE},
    [FIELD_TITLE] = {.id = FIELD_TITLE,
                     .name = "title",
                     .graph = "jobTitle",
                     .title = N_("JOB TITLE"),
                     .label = N_("job title"),
                     .help = N_("The job title."),
                     .kind = FIELD_KIND_TEXT,
                     .width_min = 10,
                     .width_want = 18,
                     .select = "jobTitle",
                     .search = TRUE,
                     .writable = TRUE},
    [FIELD_EMPLOYEE] = {.id = FIELD_EMPLOYEE,
                        .name = "employee",
                        .graph = "employeeId",
                        .title = N_("EMPLOYEE ID"),
                        .label = N_("employee id"),
                        .help = N_("The number of the person in the personnel system."),
                        .kind = FIELD_KIND_TEXT,
                        .width_min = 8,
                        .width_want = 12,
                        .select = "employeeId",
                        .writable = TRUE},
    [FIELD_CITY] = {.id = FIELD_CITY,
                    .name = "city",
                    .graph = "city",
                    .title = N_("CITY"),
                    .label = N_("city"),
                    .help = N_("The city."),
                    .kind = FIELD_KIND_TEXT,
                    .width_min = 8,
                    .width_want = 14,
                    .select = "city",
                    .writable = TRUE},
    [FIELD_COUNTRY] = {.id = FIELD_COUNTRY,
                       .name = "country",
                       .graph = "country",
                       .title = N_("COUNTRY"),
                       .label = N_("country"),
                       .help = N_("The country, as text."),
                       .kind = FIELD_KIND_TEXT,
                       .width_min = 8,
                       .width_want = 14,
                       .select = "country",
                       .writable = TRUE},
    [FIELD_LOCATION] = {.id = FIELD_LOCATION,
                        .name = "location",
                        .graph = "usageLocation",
                        .title = N_("LOCATION"),
                        .label = N_("usage location"),
                        .help = N_("The country code by which licences are given."),
                        .kind = FIELD_KIND_TEXT,
                        .width_min = 3,
                        .width_want = 8,
                        .select = "usageLocation",
                        .writable = TRUE},
    [FIELD_LANGUAGE] = {.id = FIELD_LANGUAGE,
                        .name = "language",
                        .graph = "preferredLanguage",
                        .title = N_("LANGUAGE"),
                        .label = N_("language"),
                        .help = N_("The language that the person prefers."),
                        .kind = FIELD_KIND_TEXT,
                        .width_min = 5,
                        .width_want = 8,
                        .select = "preferredLanguage",
                        .writable = TRUE},
    [FIELD_STATE] = {.id = FIELD_STATE,
                     .name = "state",
                     .graph = "accountEnabled",
                     .title = N_("STATE"),
                     .label = N_("state"),
                     .help = N_("Whether the account can sign in."),
                     .kind = FIELD_KIND_CHOICE,
                     .choices = state_choices,
                     .json = state_json,
                     .width_min = 8,
                     .width_want = 8,
                     .select = "accountEnabled",
                     .writable = TRUE},
    [FIELD_KIND] = {.id = FIELD_KIND,
                    .name = "kind",
                    .graph = "userType",
                    .title = N_("KIND"),
                    .label = N_("kind"),
                    .help = N_("A member (an account of our own) or a guest (an invitation)."),
                    .kind = FIELD_KIND_CHOICE,
                    .choices = kind_choices,
                    .json = kind_json,
                    .width_min = 8,
                    .width_want = 8,
                    .select = "userType"},
    [FIELD_LICENCE] = {.id = FIELD_LICENCE,
                       .name = "licence",
                       .own = "licence",
                       .title = N_("LICENCE"),
                       .label = N_("licence"),
                       .help = N_("Whether the licence of the roster's group has arrived."),
                       .kind = FIELD_KIND_CHOICE,
                       .choices = licence_choices,
                       .width_min = 7,
                       .width_want = 8,
                       .select = "licenseAssignmentStates"},
    [FIELD_SPONSOR] = {.id = FIELD_SPONSOR,
                       .name = "sponsor",
                       .own = "sponsor",
                       .title = N_("SPONSOR"),
                       .label = N_("sponsor"),
                       .help = N_("Who answers for the account inside."),
                       .kind = FIELD_KIND_TEXT,
                       .width_min = 10,
                       .width_want = 20,
                       .costly = TRUE,
                       .search = TRUE,
                       .writable = TRUE},
    [FIELD_SPONSOR_ID] = {.id = FIELD_SPONSOR_ID,
                          .name = "sponsorid",
                          .own = "sponsorId",
                          .title = N_("SPONSOR ID"),
                          .label = N_("sponsor's id"),
                          .help = N_("The object id of the sponsor."),
                          .kind = FIELD_KIND_TEXT,
                          .width_min = 8,
                          .width_want = 36,
                          .costly = TRUE},
    [FIELD_GROUP] = {.id = FIELD_GROUP,
                     .name = "group",
                     .own = "roster",
                     .title = N_("GROUP"),
                     .label = N_("group"),
                     .help =
                         N_("The roster that the account belongs to; in the detail its groups."),
                     .kind = FIELD_KIND_LIST,
                     .width_min = 8,
                     .width_want = 16},
    [FIELD_CREATED] = {.id = FIELD_CREATED,
                       .name = "created",
                       .graph = "createdDateTime",
                       .title = N_("CREATED"),
                       .label = N_("created"),
                       .help = N_("When the account was made."),
                       .kind = FIELD_KIND_MOMENT,
                       .width_min = 8,
                       .width_want = 10,
                       .select = "createdDateTime"},
    [FIELD_EXPIRES] = {.id = FIELD_EXPIRES,
                       .name = "expires",
                       .own = "expires",
                       .title = N_("EXPIRES"),
                       .label = N_("expires"),
                       .help = N_("The last day of the account."),
                       .kind = FIELD_KIND_MOMENT,
                       .width_min = 8,
                       .width_want = 10,
                       .writable = TRUE,
                       .ahead = TRUE},
    [FIELD_SIGN_IN] = {.id = FIELD_SIGN_IN,
                       .name = "signin",
                       .own = "signIn",
                       .title = N_("SIGN-IN"),
                       .label = N_("sign-in"),
                       .help = N_("When the person last signed in."),
                       .kind = FIELD_KIND_MOMENT,
                       .width_min = 8,
                       .width_want = 12,
                       .select = "signInActivity",
                       .costly = TRUE},
    [FIELD_INVITE] = {.id = FIELD_INVITE,
                      .name = "invite",
                      .graph = "externalUserState",
                      .title = N_("INVITE"),
                      .label = N_("invitation"),
                      .help = N_("Of a guest: whether the invitation is pending or accepted."),
                      .kind = FIELD_KIND_TEXT,
                      .width_min = 8,
                      .width_want = 9,
                      .select = "externalUserState"},
    [FIELD_SYNCED] = {.id = FIELD_SYNCED,
                      .name = "synced",
                      .graph = "onPremisesSyncEnabled",
                      .title = N_("SYNCED"),
                      .label = N_("synced"),
                      .help = N_("Whether the account is kept in step with a directory elsewhere."),
                      .kind = FIELD_KIND_CHOICE,
                      .choices = yes_no_choices,
                      .json = yes_no_json,
                      .width_min = 6,
                      .width_want = 6,
                      .select = "onPremisesSyncEnabled"},
    [FIELD_DELETED] = {.id = FIELD_DELETED,
                       .name = "deleted",
                       .graph = "deletedDateTime",
                       .title = N_("DELETED"),
                       .label = N_("deleted"),
                       .help = N_("When the account was removed."),
                       .kind = FIELD_KIND_MOMENT,
                       .width_min = 8,
                       .width_want = 10,
                       .select = "deletedDateTime"},
    [FIELD_STEP] = {.id = FIELD_STEP,
                    .name = "step",
                    .own = "step",
                    .title = N_("STEP"),
                    .label = N_("unfinished"),
                    .help = N_("What an account that was left half made still lacks."),
                    .kind = FIELD_KIND_TEXT,
                    .width_min = 8,
                    .width_want = 14},
    [FIELD_PROFILE] = {.id = FIELD_PROFILE,
                       .name = "profile",
                       .own = "profile",
                       .title = N_("PROFILE"),
                       .label = N_("profile"),
                       .help = N_("The profile that the account was found by, when several are "
                                  "asked at once."),
                       .kind = FIELD_KIND_TEXT,
                       .width_min = 8},
};

/* What a moment that is none is called: for people, then for programs. */
typedef struct {
  FieldId id;
  gint64 number;
  const char *display;
  const char *plain;
} MomentSign;

static const MomentSign moment_signs[] = {
    {FIELD_SIGN_IN, MOMENT_NONE, N_("never"), "never"},
    {FIELD_SIGN_IN, MOMENT_UNKNOWN, N_("unknown"), "unknown"},
    {FIELD_SIGN_IN, MOMENT_UNLICENSED, N_("not licensed"), "unlicensed"},
    {FIELD_EXPIRES, MOMENT_NONE, N_("no end"), ""},
    {FIELD_EXPIRES, MOMENT_UNKNOWN, N_("unknown"), "unknown"},
    {FIELD_CREATED, MOMENT_UNKNOWN, N_("unknown"), ""},
};

static const struct {
  const char *graph, *display;
} invite_names[] = {
    {"PendingAcceptance", N_("pending")},
    {"Accepted", N_("accepted")},
};

const FieldInfo *
field_info(FieldId id)
{
  g_return_val_if_fail((guint)id < FIELD_N, NULL);
  return &fields[id];
}

static gboolean
same_name(const char *known, const char *name)
{
  return known && g_ascii_strcasecmp(known, name) == 0;
}

gboolean
field_lookup(const char *name, FieldId *ret_id)
{
  for (guint i = 0; i < FIELD_N; i++)
    if (same_name(fields[i].name, name)) {
      *ret_id = (FieldId)i;
      return TRUE;
    }
  for (guint i = 0; i < FIELD_N; i++)
    if (same_name(fields[i].graph, name) || same_name(fields[i].own, name) ||
        same_name(fields[i].select, name)) {
      *ret_id = (FieldId)i;
      return TRUE;
    }
  return FALSE;
}

const char *
field_nearest(const char *name, const char *more)
{
  const char *known[2 * FIELD_N + 2];
  guint n = 0;
  for (guint i = 0; i < FIELD_N; i++) {
    known[n++] = fields[i].name;
    if (fields[i].graph)
      known[n++] = fields[i].graph;
  }
  if (more)
    known[n++] = more;
  known[n] = NULL;
  return text_nearest(name, known);
}

static gboolean
parse_one(const char *word, GArray *ids, GArray *descending, GError **error)
{
  gboolean down = descending && word[0] == '-';
  const char *name = down ? word + 1 : word;
  FieldId id;
  if (!field_lookup(name, &id)) {
    const char *nearest = field_nearest(name, NULL);
    if (nearest)
      g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                  _("there is no field “%s”; did you mean “%s”?"), name, nearest);
    else
      g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                  _("there is no field “%s”; usher-query(7) lists all"), name);
    return FALSE;
  }
  g_array_append_val(ids, id);
  if (descending)
    g_array_append_val(descending, down);
  return TRUE;
}

gboolean
field_parse_list(const char *text, GArray *ids, GArray *descending, GError **error)
{
  guint ids_before = ids->len, descending_before = descending ? descending->len : 0;
  g_autoptr(GError) local = NULL;
  GString *wrong = NULL;
  g_auto(GStrv) words = g_strsplit(text, ",", -1);
  for (char **word = words; *word; word++) {
    if (*g_strstrip(*word) && !parse_one(*word, ids, descending, &local))
      error_gather(&wrong, &local);
  }
  if (!wrong && ids->len == ids_before) {
    g_set_error(&local, USHER_ERROR, USHER_ERROR_USAGE, _("no field is named in “%s”"), text);
    error_gather(&wrong, &local);
  }
  if (wrong) {
    g_array_set_size(ids, ids_before);
    if (descending)
      g_array_set_size(descending, descending_before);
  }
  return error_gathered(wrong, USHER_ERROR_USAGE, error);
}

static char *
join_list(const char *text)
{
  if (!text || !strchr(text, '\n'))
    return g_strdup(text ? text : "");
  g_auto(GStrv) items = g_strsplit(text, "\n", -1);
  return g_strjoinv(", ", items);
}

static const MomentSign *
moment_sign(FieldId id, gint64 number)
{
  for (guint i = 0; i < G_N_ELEMENTS(moment_signs); i++)
    if (moment_signs[i].id == id && moment_signs[i].number == number)
      return &moment_signs[i];
  return NULL;
}

static gboolean
is_moment(gint64 number)
{
  return number != MOMENT_NONE && number != MOMENT_UNKNOWN && number != MOMENT_UNLICENSED;
}

static char *
display_moment(FieldId id, gint64 number, gint64 now)
{
  if (!is_moment(number)) {
    const MomentSign *sign = moment_sign(id, number);
    return g_strdup(sign ? _(sign->display) : "");
  }
  /* An end date names the last day, so it is over when that day is. */
  if (fields[id].ahead && number < now - now % CLOCK_DAY)
    return g_strdup(_("expired"));
  return clock_format_relative(number, now);
}

static const char *
choice_name(FieldId id, gint64 number)
{
  guint n = g_strv_length((char **)fields[id].choices);
  return number >= 0 && number < n ? fields[id].choices[number] : fields[id].choices[0];
}

char *
field_display(FieldId id, const char *text, gint64 number, gint64 now)
{
  g_return_val_if_fail((guint)id < FIELD_N, NULL);
  switch (fields[id].kind) {
  case FIELD_KIND_MOMENT:
    return display_moment(id, number, now);
  case FIELD_KIND_CHOICE:
    return g_strdup(_(choice_name(id, number)));
  case FIELD_KIND_LIST:
    return join_list(text);
  default:
    break;
  }
  if (id == FIELD_INVITE && text)
    for (guint i = 0; i < G_N_ELEMENTS(invite_names); i++)
      if (strcmp(text, invite_names[i].graph) == 0)
        return g_strdup(_(invite_names[i].display));
  return g_strdup(text ? text : "");
}

char *
field_plain(FieldId id, const char *text, gint64 number)
{
  g_return_val_if_fail((guint)id < FIELD_N, NULL);
  switch (fields[id].kind) {
  case FIELD_KIND_MOMENT:
    if (!is_moment(number)) {
      const MomentSign *sign = moment_sign(id, number);
      return g_strdup(sign ? sign->plain : "");
    }
    return clock_format_iso(number);
  case FIELD_KIND_CHOICE:
    return g_strdup(choice_name(id, number));
  case FIELD_KIND_LIST:
    return join_list(text);
  default:
    return g_strdup(text ? text : "");
  }
}
