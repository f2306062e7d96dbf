/* Writing a plan as text, and the table of verbs. Reading is in plan-file-read.c. */
#include "model/plan-file-private.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include <string.h>

/* A value wider than this does not push everybody's id to the right. */
#define WIDEST 64

static const PlanVerb verbs[] = {
    {"create", "user.create", "userPrincipalName", N_("make an account")},
    {"enable", "user.enable", "state", N_("let the account sign in again")},
    {"disable", "user.disable", "state", N_("keep the account from signing in")},
    {"revoke-sessions", "sessions.revoke", NULL, N_("end all sessions")},
    {"set", "user.set", NULL, N_("change properties, each with its name")},
    {"extend", "user.set", "expires", N_("change the end date")},
    {"sponsor", "sponsor.set", "sponsor", N_("change the sponsor; sponsorId decides")},
    {"manager", "manager.set", "manager", N_("change the manager; managerId decides")},
    {"add-group", "group.add", "group", N_("add to a group; groupId decides")},
    {"remove-group", "group.remove", "group", N_("take out of a group; groupId decides")},
    {"await-licence", "licence.await", "licence", N_("wait for the group's licence")},
    {"reprocess-licence", "licence.reprocess", NULL, N_("have the licences worked out anew")},
    {"reset-password", "password.reset", "credential", N_("set a fresh password")},
    {"show-password", "password.show", NULL, N_("show the fresh password once")},
    {"issue-pass", "pass.issue", "credential", N_("issue a Temporary Access Pass")},
    {"show-pass", "pass.show", NULL, N_("show the pass once")},
    {"remove-pass", "pass.remove", NULL, N_("take back every pass")},
    {"mail", "mail.send", "to", N_("send a mail")},
    {"remove", "user.remove", "state", N_("remove the account; it can be restored for 30 days")},
    {"restore", "user.restore", "state", N_("restore a removed account")},
    {"purge", "user.purge", "state", N_("remove a removed account for good")},
    {"close-plan", "plan.close", "plan", N_("close an unfinished plan")},
    {NULL},
};

const PlanVerb *
plan_verbs(void)
{
  return verbs;
}

const PlanVerb *
plan_verb_find(const char *verb)
{
  for (const PlanVerb *row = verbs; row->verb; row++)
    if (strcmp(row->verb, verb) == 0)
      return row;
  return NULL;
}

/* A user.set of the end date alone is an extend. */
static gboolean
is_extend(const Operation *operation)
{
  return operation->values->len == 1 &&
         strcmp(((OperationValue *)operation->values->pdata[0])->name, "expires") == 0;
}

/* The row that an operation is written with; NULL for a kind that has no verb. */
static const PlanVerb *
verb_of(const Operation *operation)
{
  if (strcmp(operation->kind, "user.set") == 0)
    return plan_verb_find(is_extend(operation) ? "extend" : "set");
  for (const PlanVerb *row = verbs; row->verb; row++)
    if (strcmp(row->kind, operation->kind) == 0)
      return row;
  return NULL;
}

/* --- words --- */

static gboolean
is_plain(const char *text)
{
  gsize length = strlen(text);
  if (length == 0 || *text == '#' || strcmp(text, "->") == 0 || text[length - 1] == ':' ||
      g_str_has_prefix(text, "id="))
    return FALSE;
  for (; *text; text++)
    if ((guchar)*text <= ' ' || *text == '"' || *text == '\\' || *text == 0x7f)
      return FALSE;
  return TRUE;
}

/* Control and bidi characters are written by number, so that the file shows what it holds. */
static void
append_character(GString *out, gunichar c, const char *at, int length)
{
  g_autofree char *one = g_strndup(at, (gsize)length);
  if (c == '"' || c == '\\')
    g_string_append_printf(out, "\\%c", (char)c);
  else if (c == '\n')
    g_string_append(out, "\\n");
  else if (c == '\t')
    g_string_append(out, "\\t");
  else if (!text_is_visible(one))
    g_string_append_printf(out, "\\u{%x}", c);
  else
    g_string_append(out, one);
}

static void
append_word(GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  if (is_plain(valid) && text_is_visible(valid)) {
    g_string_append(out, valid);
    return;
  }
  g_string_append_c(out, '"');
  for (const char *at = valid; *at; at = g_utf8_next_char(at))
    append_character(out, g_utf8_get_char(at), at, (int)(g_utf8_next_char(at) - at));
  g_string_append_c(out, '"');
}

static void
append_value(GString *out, const OperationValue *value, gboolean named)
{
  if (out->len)
    g_string_append_c(out, ' ');
  if (named)
    g_string_append_printf(out, "%s: ", value->name);
  if (value->from) {
    append_word(out, value->from);
    g_string_append_c(out, ' ');
  }
  g_string_append(out, "->");
  if (value->to) {
    g_string_append_c(out, ' ');
    append_word(out, value->to);
  }
}

static char *
values_text(const Operation *operation, const PlanVerb *verb)
{
  GString *out = g_string_new(NULL);
  for (guint i = 0; i < operation->values->len; i++) {
    const OperationValue *value = operation->values->pdata[i];
    if (verb->value && strcmp(value->name, verb->value) == 0)
      append_value(out, value, FALSE);
  }
  for (guint i = 0; i < operation->values->len; i++) {
    const OperationValue *value = operation->values->pdata[i];
    if (!verb->value || strcmp(value->name, verb->value) != 0)
      append_value(out, value, TRUE);
  }
  return g_string_free(out, FALSE);
}

/* --- the head --- */

static void
append_line_text(GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  g_autofree char *squeezed = text_squeeze(valid);
  g_autofree char *visible = text_visible(squeezed);
  g_string_append(out, visible);
}

static void
append_part(GString *out, const char *label, const char *text)
{
  if (!text || !*text)
    return;
  g_string_append_printf(out, PLAN_FILE_DOT "%s", label);
  append_line_text(out, text);
}

static guint
count_targets(const Plan *plan)
{
  g_autoptr(GHashTable) targets = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    const char *target = operation->target_id ? operation->target_id : operation->target_name;
    if (target)
      g_hash_table_add(targets, (gpointer)target);
  }
  return g_hash_table_size(targets);
}

static void
append_head(GString *out, const Plan *plan, const char *summary)
{
  g_string_append(out, PLAN_FILE_MAGIC);
  g_string_append(out, PLAN_FILE_DOT);
  append_line_text(out, plan->tenant && *plan->tenant ? plan->tenant : "-");
  g_string_append(out, PLAN_FILE_DOT);
  append_line_text(out, plan->roster && *plan->roster ? plan->roster : "-");
  if (plan->made_at > 0) {
    g_autofree char *made = clock_format_iso(plan->made_at);
    append_part(out, "made ", made);
    if (plan->who) {
      g_string_append(out, " by ");
      append_line_text(out, plan->who);
    }
  }
  append_part(out, "released by: ", plan->released_by);
  append_part(out, "reason: ", plan->reason); /* the last: it may hold anything */
  g_string_append_c(out, '\n');
  if (plan->title && *plan->title) {
    g_string_append(out, "# title: ");
    append_line_text(out, plan->title);
    g_string_append_c(out, '\n');
  }
  guint operations = plan->operations->len, targets = count_targets(plan);
  g_string_append_printf(out, "# %u operation%s on %u account%s", operations,
                         operations == 1 ? "" : "s", targets, targets == 1 ? "" : "s");
  append_part(out, "", summary);
  g_string_append_c(out, '\n');
}

/* --- lines --- */

typedef struct {
  char *verb, *name, *values, *id;
} Line;

static void
line_free(gpointer data)
{
  Line *line = data;
  g_free(line->verb);
  g_free(line->name);
  g_free(line->values);
  g_free(line->id);
  g_free(line);
}

static Line *
line_of(const Operation *operation)
{
  const PlanVerb *verb = verb_of(operation);
  GString *name = g_string_new(NULL);
  append_word(name, operation->target_name ? operation->target_name : "");
  Line *line = g_new0(Line, 1);
  line->verb = g_strdup(verb ? verb->verb : operation->kind);
  line->name = g_string_free(name, FALSE);
  line->values = verb ? values_text(operation, verb) : g_strdup("");
  line->id = operation->target_id ? g_strconcat("id=", operation->target_id, NULL) : g_strdup("");
  return line;
}

static void
append_cell(GString *out, const char *text, int width)
{
  g_string_append(out, text);
  for (int i = text_width(text); i < width; i++)
    g_string_append_c(out, ' ');
  g_string_append(out, "  ");
}

static void
append_lines(GString *out, const GPtrArray *lines)
{
  int widths[3] = {0, 0, 0};
  for (guint i = 0; i < lines->len; i++) {
    const Line *line = lines->pdata[i];
    const char *cells[] = {line->verb, line->name, line->values};
    for (guint j = 0; j < G_N_ELEMENTS(cells); j++) {
      int width = text_width(cells[j]);
      if (width <= WIDEST)
        widths[j] = MAX(widths[j], width);
    }
  }
  for (guint i = 0; i < lines->len; i++) {
    const Line *line = lines->pdata[i];
    append_cell(out, line->verb, widths[0]);
    append_cell(out, line->name, widths[1]);
    append_cell(out, line->values, widths[2]);
    g_string_append(out, line->id);
    while (out->len && out->str[out->len - 1] == ' ')
      g_string_truncate(out, out->len - 1);
    g_string_append_c(out, '\n');
  }
}

char *
plan_file_write(const Plan *plan, const char *summary)
{
  GString *out = g_string_new(NULL);
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(line_free);
  append_head(out, plan, summary);
  for (guint i = 0; i < plan->operations->len; i++)
    g_ptr_array_add(lines, line_of(plan->operations->pdata[i]));
  append_lines(out, lines);
  for (guint i = 0; i < plan->notes->len; i++) {
    g_string_append(out, "# ");
    append_line_text(out, plan->notes->pdata[i]);
    g_string_append_c(out, '\n');
  }
  return g_string_free(out, FALSE);
}
