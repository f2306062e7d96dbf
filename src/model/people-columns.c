/* The headings of columns: what people, directories and Microsoft's templates
 * call them. A heading is compared without case, accents, blanks and signs. */
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/people-private.h"
#include <string.h>

#define COLUMN(field) ((PeopleColumn)(field))

/* What has the same rank in one file is the same column twice. */
static const PeopleHeading headings[] = {
    {COLUMN(PERSON_FIRST), 0, "first firstname givenname given forename vorname rufname"},
    {COLUMN(PERSON_LAST), 0, "last lastname surname familyname nachname familienname zuname"},
    {COLUMN(PERSON_MOBILE), 0,
     "mobile mobilephone mobilenumber mobileno cell cellphone cellnumber handy handynummer mobil "
     "mobilnummer mobiltelefon mobilfunk mobilfunknummer"},
    {COLUMN(PERSON_MOBILE), 1,
     "phone phonenumber telephone telephonenumber telefon telefonnummer businessphones"},
    {COLUMN(PERSON_EMAIL), 0,
     "external externalemail externalmail externaladdress externalemailaddress othermails "
     "externeemail externemail externeadresse externeemailadresse privateemail inviteeemail"},
    {COLUMN(PERSON_EMAIL), 1, "email emailaddress emailadresse eposta"},
    {COLUMN(PERSON_EMAIL), 2, "mail mailadresse mailaddress alternateemail"},
    {COLUMN(PERSON_COMPANY), 0,
     "company companyname firma firmenname unternehmen organisation organization employer "
     "arbeitgeber"},
    {COLUMN(PERSON_SPONSOR), 0,
     "sponsor sponsors ushersponsor verantwortlicher verantwortliche verantwortlich responsible "
     "ansprechpartner ansprechpartnerin betreuer betreuerin burge buerge"},
    {COLUMN(PERSON_SPONSOR), 1, "sponsorid ushersponsorid"},
    {COLUMN(PERSON_EXPIRES), 0,
     "expires usherexpires enddate end until validuntil expiry expirydate expiration "
     "expirationdate accountexpires contractend ablaufdatum ablauf enddatum ende gultigbis "
     "gueltigbis bis befristetbis vertragsende austritt austrittsdatum employeeleavedatetime"},
    {COLUMN(PERSON_USER), 0,
     "user username userprincipalname upn account accountname login loginname logon benutzer "
     "benutzername anmeldename kennung benutzerkennung"},
    {COLUMN(PERSON_LANGUAGE), 0, "language lang preferredlanguage sprache mailsprache"},
    {PEOPLE_ROSTER, 0, "roster usherroster"},
    {PEOPLE_NAME, 0, "displayname fullname anzeigename vollername"},
    {PEOPLE_NAME, 1, "name"},
    {PEOPLE_BLOCKED, 0, "blocksignin blocksigninyesno blocked anmeldungblockieren gesperrt"},
    {PEOPLE_ID, 0, "id objectid objektid userid memberobjectidorupn"},
    {PEOPLE_REDIRECT, 0, "inviteredirecturl redirecturl redirectionurl"},
    {PEOPLE_SEND, 0, "sendemail sendinvitationmessage"},
    {PEOPLE_MESSAGE, 0, "customizedmessagebody customizedinvitationmessage"},
    {PEOPLE_PASSWORD, 0, "password passwordprofile initialpassword kennwort passwort"},
    {PEOPLE_ERROR, 0, "error fehler"},
};

const PeopleHeading *
people_headings(guint *ret_n)
{
  *ret_n = G_N_ELEMENTS(headings);
  return headings;
}

const char *
people_column_label(PeopleColumn column)
{
  static const char *const labels[] = {
      [PEOPLE_ROSTER] = N_("Roster"),
      [PEOPLE_NAME] = N_("Name"),
      [PEOPLE_BLOCKED] = N_("Block sign in"),
      [PEOPLE_ID] = N_("Object id"),
      [PEOPLE_REDIRECT] = N_("Redirect URL"),
      [PEOPLE_SEND] = N_("Send mail"),
      [PEOPLE_MESSAGE] = N_("Message"),
      [PEOPLE_PASSWORD] = N_("Password"),
      [PEOPLE_ERROR] = N_("Row"),
  };
  return _(column < (PeopleColumn)PERSON_N ? person_info((PersonField)column)->label
                                           : labels[column]);
}

/* Folded, letters and digits alone. */
static char *
normal(const char *text, gsize length)
{
  g_autofree char *part = g_strndup(text, length);
  g_autofree char *folded = text_fold(part);
  GString *out = g_string_new(NULL);
  for (const char *p = folded; *p; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    if (g_unichar_isalnum(c))
      g_string_append_unichar(out, c);
  }
  return g_string_free(out, FALSE);
}

static const PeopleHeading *
heading_named(const char *name)
{
  for (guint i = 0; *name && i < G_N_ELEMENTS(headings); i++) {
    g_auto(GStrv) names = g_strsplit(headings[i].names, " ", -1);
    if (g_strv_contains((const char *const *)names, name))
      return &headings[i];
  }
  return NULL;
}

/* "Block sign in (Yes/No) [accountEnabled] Required" means the contrary of its property. */
static gboolean
is_block(const char *text)
{
  g_autofree char *name = normal(text, strlen(text));
  return g_str_has_prefix(name, "block");
}

/* "First name [givenName] Required", "Last name *", "mobile (+49 …)", "otherMails". */
static const PeopleHeading *
heading_of(const char *text)
{
  const char *open = strrchr(text, '['), *close = open ? strchr(open, ']') : NULL;
  if (close && is_block(text))
    return heading_named("blocksignin");
  if (close) {
    g_autofree char *property = normal(open + 1, (gsize)(close - open - 1));
    return g_str_equal(property, "mobile") ? heading_named("mobile") : heading_named(property);
  }
  g_autofree char *name = normal(text, strcspn(text, "([*:"));
  const PeopleHeading *heading = heading_named(name);
  if (heading == NULL && g_str_has_suffix(name, "required")) {
    name[strlen(name) - strlen("required")] = '\0';
    heading = heading_named(name);
  }
  return heading;
}

static gboolean
fail_twice(const Sheet *sheet, guint row, int first, int second, PeopleColumn column,
           GError **error)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
              _("line %u: two columns are the %s: “%s” and “%s”"), sheet_line(sheet, row),
              people_column_label(column), sheet_cell(sheet, row, (guint)first),
              sheet_cell(sheet, row, (guint)second));
  return FALSE;
}

static gboolean
is_version(const Sheet *sheet, guint row)
{
  return g_ascii_strncasecmp(sheet_cell(sheet, row, 0), "version:", 8) == 0;
}

static PeopleKind
kind_of(const PeopleColumns *columns)
{
  if (columns->at[PEOPLE_REDIRECT] >= 0)
    return PEOPLE_BULK_INVITE;
  if (columns->template)
    return columns->at[PEOPLE_PASSWORD] >= 0 || columns->at[PEOPLE_NAME] >= 0 ? PEOPLE_BULK_CREATE
                                                                              : PEOPLE_BULK_DELETE;
  return PEOPLE_OWN;
}

/* Beside "Vorname" a column "Name" is the last name. */
static void
settle_name(PeopleColumns *columns, const guint *rank)
{
  /* A column that is there has a rank.
   * NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult) */
  if (columns->at[PEOPLE_NAME] < 0 || rank[PEOPLE_NAME] != 1 || columns->at[PERSON_FIRST] < 0 ||
      columns->at[PERSON_LAST] >= 0)
    return;
  columns->at[PERSON_LAST] = columns->at[PEOPLE_NAME];
  columns->at[PEOPLE_NAME] = -1;
}

static void
list_ignored(const Sheet *sheet, const PeopleColumns *columns, GPtrArray *ignored)
{
  guint n = sheet_cells(sheet, columns->header);
  for (guint i = 0; i < n; i++) {
    gboolean used = i == (guint)columns->at[PEOPLE_ERROR];
    for (guint c = 0; c < PEOPLE_COLUMN_N && !used; c++)
      used = c != PEOPLE_PASSWORD && columns->at[c] == (int)i;
    const char *text = sheet_cell(sheet, columns->header, i);
    if (!used && *text)
      g_ptr_array_add(ignored, g_strdup(text));
  }
}

gboolean
people_columns_find(const Sheet *sheet, PeopleColumns *ret_columns, GPtrArray *ignored,
                    guint *ret_known, GError **error)
{
  PeopleColumns columns = {.kind = PEOPLE_OWN};
  guint rank[PEOPLE_COLUMN_N], known = 0;
  columns.template = sheet_rows(sheet) > 1 && is_version(sheet, 0);
  columns.header = columns.template ? 1 : 0;
  memset(columns.at, 0xff, sizeof columns.at);
  guint n = sheet_rows(sheet) > 0 ? sheet_cells(sheet, columns.header) : 0;
  for (guint i = 0; i < n; i++) {
    const PeopleHeading *heading = heading_of(sheet_cell(sheet, columns.header, i));
    if (heading == NULL)
      continue;
    PeopleColumn c = heading->column;
    known++;
    if (columns.at[c] >= 0 && rank[c] == heading->rank)
      return fail_twice(sheet, columns.header, columns.at[c], (int)i, c, error);
    if (columns.at[c] < 0 || heading->rank < rank[c]) {
      columns.at[c] = (int)i;
      rank[c] = heading->rank;
    }
  }
  settle_name(&columns, rank);
  columns.kind = kind_of(&columns);
  if (ignored && n > 0)
    list_ignored(sheet, &columns, ignored);
  *ret_columns = columns;
  *ret_known = known;
  return TRUE;
}

const char *
people_columns_cell(const Sheet *sheet, const PeopleColumns *columns, guint row,
                    PeopleColumn column)
{
  return columns->at[column] < 0 ? "" : sheet_cell(sheet, row, (guint)columns->at[column]);
}

/* "Example: Chris Green,Example: chris@contoso.com,…" */
gboolean
people_columns_is_example(const Sheet *sheet, const PeopleColumns *columns, guint row)
{
  guint filled = 0, examples = 0;
  if (row > columns->header + 1)
    return FALSE;
  for (guint i = 0; i < sheet_cells(sheet, row); i++) {
    const char *text = sheet_cell(sheet, row, i);
    filled += *text != '\0';
    examples += g_ascii_strncasecmp(text, "example:", 8) == 0;
  }
  return examples > 0 && examples * 2 >= filled;
}
