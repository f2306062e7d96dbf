/* A plan before it is applied, in the lines of a plan file, and afterwards,
 * step by step with what became of each. */
#include "app/actions.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/output-private.h"

#include <string.h>

/* --- as records: csv, tsv, and the table of results --- */

enum { STEP, STATE, TARGET, DETAIL, REQUEST_ID, SEQUENCE, KIND, VALUES, TARGET_ID, STATUS, CODE };

static const RecordColumn operation_columns[] = {
    [STEP] = {"step", N_("STEP"), RECORD_TEXT, FALSE},
    [STATE] = {"state", N_("STATE"), RECORD_TEXT, FALSE},
    [TARGET] = {"target", N_("ACCOUNT"), RECORD_TEXT, FALSE},
    [DETAIL] = {"detail", N_("DETAIL"), RECORD_TEXT, FALSE},
    [REQUEST_ID] = {"requestId", N_("REQUEST ID"), RECORD_TEXT, FALSE},
    [SEQUENCE] = {"sequence", N_("NUMBER"), RECORD_NUMBER, TRUE},
    [KIND] = {"kind", N_("KIND"), RECORD_TEXT, TRUE},
    [VALUES] = {"values", N_("VALUES"), RECORD_TEXT, TRUE},
    [TARGET_ID] = {"targetId", N_("ID"), RECORD_TEXT, TRUE},
    [STATUS] = {"httpStatus", N_("STATUS"), RECORD_NUMBER, TRUE},
    [CODE] = {"errorCode", N_("CODE"), RECORD_TEXT, TRUE},
    {NULL},
};

const RecordColumn *
output_plan_columns(void)
{
  return operation_columns;
}

static char *
operation_detail(const Operation *operation)
{
  if (operation->error_message && *operation->error_message)
    return g_strdup(operation->error_message);
  return g_strdup(operation->result);
}

static Records *
operation_records(const Plan *plan, gboolean for_people)
{
  Records *records = records_new("plan", operation_columns, FALSE);
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    g_autofree char *detail = operation_detail(operation);
    g_autofree char *values = output_operation_values(operation);
    records_add_row(records);
    records_put(records, STEP, action_step_label(operation->kind));
    records_put(records, STATE,
                for_people ? operation_state_label(operation->state)
                           : operation_state_name(operation->state));
    records_put(records, TARGET, operation->target_name);
    records_put(records, DETAIL, detail);
    records_put(records, REQUEST_ID, operation->request_id);
    records_put_number(records, SEQUENCE, operation->sequence);
    records_put(records, KIND, operation->kind);
    records_put(records, VALUES, values);
    records_put(records, TARGET_ID, operation->target_id);
    if (operation->http_status > 0)
      records_put_number(records, STATUS, operation->http_status);
    records_put(records, CODE, operation->error_code);
  }
  return records;
}

/* --- as lines --- */

static char *
value_text(const OperationValue *value)
{
  return g_strconcat(value->name ? value->name : "", value->from ? " " : "",
                     value->from ? value->from : "", value->to ? " -> " : "",
                     value->to ? value->to : "", NULL);
}

char *
output_operation_values(const Operation *operation)
{
  GString *line = g_string_new(NULL);
  for (guint i = 0; i < operation->values->len; i++) {
    g_autofree char *text = value_text(operation->values->pdata[i]);
    g_string_append_printf(line, "%s%s", i > 0 ? ", " : "", text);
  }
  return g_string_free(line, FALSE);
}

static guint
count_targets(const Plan *plan)
{
  g_autoptr(GHashTable) targets = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    if (operation->target_name)
      g_hash_table_add(targets, operation->target_name);
  }
  return g_hash_table_size(targets);
}

static void
append_visible(GString *out, const char *text)
{
  g_autofree char *visible = text_visible(text);
  g_string_append(out, visible);
}

/* "# usher plan 1 · contoso.com · Specialists · made … by … · reason: …"; these lines are
 * the file format, so they are not translated. */
static void
append_head(GString *out, const Plan *plan)
{
  g_string_append(out, "# usher plan 1");
  const char *const parts[] = {plan->tenant, plan->roster, plan->title};
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
    if (parts[i]) {
      g_string_append(out, " · ");
      append_visible(out, parts[i]);
    }
  if (plan->made_at > 0) {
    g_string_append(out, " · made ");
    append_moment(out, plan->made_at);
  }
  if (plan->who) {
    g_string_append(out, plan->made_at > 0 ? " by " : " · by ");
    append_visible(out, plan->who);
  }
  if (plan->reason) {
    g_string_append(out, " · reason: ");
    append_visible(out, plan->reason);
  }
  guint operations = plan->operations->len, targets = count_targets(plan);
  g_string_append_printf(out, "\n# %u operation%s on %u account%s\n", operations,
                         operations == 1 ? "" : "s", targets, targets == 1 ? "" : "s");
}

/* On a terminal the values stand below their operation, wrapped. */
static void
append_wrapped_values(GString *out, const Operation *operation, int width)
{
  int column = 0;
  for (guint i = 0; i < operation->values->len; i++) {
    g_autofree char *text = value_text(operation->values->pdata[i]);
    g_autofree char *visible = text_visible(text);
    int cells = text_width(visible);
    gboolean wrap = i == 0 || column + 2 + cells > width;
    g_string_append(out, i == 0 ? "    " : wrap ? ",\n    " : ", ");
    g_string_append(out, visible);
    column = (wrap ? 4 : column + 2) + cells;
  }
  if (operation->values->len > 0)
    g_string_append_c(out, '\n');
}

static void
write_for_terminal(Output *output, const Plan *plan)
{
  GString *out = output_buffer(output);
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    g_string_append(out, operation->kind);
    g_string_append_c(out, ' ');
    append_visible(out, operation->target_name ? operation->target_name : "");
    g_string_append_c(out, '\n');
    append_wrapped_values(out, operation, output_style(output)->width);
  }
}

static void
write_file_lines(Output *output, const Plan *plan)
{
  g_autoptr(Table) table = table_new(0, output_style(output)->ascii);
  for (guint i = 0; i < 4; i++)
    table_column(table, "", 3);
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    table_cell(table, operation->kind);
    table_cell(table, operation->target_name);
    table_take_cell(table, output_operation_values(operation));
    table_take_cell(table, operation->target_id ? g_strconcat("id=", operation->target_id, NULL)
                                                : g_strdup(""));
  }
  table_print(table, output_buffer(output), FALSE, FALSE);
}

static void
write_lines(Output *output, const Plan *plan)
{
  GString *out = output_buffer(output);
  append_head(out, plan);
  if (output_style(output)->width > 0)
    write_for_terminal(output, plan);
  else
    write_file_lines(output, plan);
  for (guint i = 0; i < plan->notes->len; i++) {
    g_string_append(out, "# ");
    append_visible(out, plan->notes->pdata[i]);
    g_string_append_c(out, '\n');
  }
}

/* --- as JSON --- */

static void
append_pair(GString *out, const char *name, const char *text, gboolean visible)
{
  g_string_append_printf(out, "\"%s\":", name);
  append_json_text(out, text, visible);
}

static void
append_moment_pair(GString *out, const char *name, gint64 moment)
{
  g_string_append_printf(out, "\"%s\":", name);
  if (moment > 0)
    append_json_moment(out, moment);
  else
    g_string_append(out, "null");
}

static void
append_values(GString *out, const Operation *operation, gboolean visible)
{
  g_string_append(out, "\"values\":[");
  for (guint i = 0; i < operation->values->len; i++) {
    const OperationValue *value = operation->values->pdata[i];
    g_string_append(out, i > 0 ? ",{" : "{");
    append_pair(out, "name", value->name, visible);
    g_string_append_c(out, ',');
    append_pair(out, "from", value->from, visible);
    g_string_append_c(out, ',');
    append_pair(out, "to", value->to, visible);
    g_string_append_c(out, '}');
  }
  g_string_append(out, "]");
}

static void
append_operation(GString *out, const Operation *operation, gboolean visible)
{
  const struct {
    const char *name, *text;
  } texts[] = {
      {"kind", operation->kind},
      {"targetId", operation->target_id},
      {"target", operation->target_name},
      {"state", operation_state_name(operation->state)},
      {"clientRequestId", operation->client_request_id},
      {"requestId", operation->request_id},
      {"errorCode", operation->error_code},
      {"errorMessage", operation->error_message},
      {"result", operation->result},
  };
  g_string_append_printf(out, "  {\"sequence\":%u,\"dependsOn\":%u,\"httpStatus\":%d,",
                         operation->sequence, operation->depends_on, operation->http_status);
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    append_pair(out, texts[i].name, texts[i].text, visible);
    g_string_append_c(out, ',');
  }
  append_moment_pair(out, "intendedDateTime", operation->intended_at);
  g_string_append_c(out, ',');
  append_moment_pair(out, "finishedDateTime", operation->finished_at);
  g_string_append_c(out, ',');
  append_values(out, operation, visible);
  g_string_append_c(out, '}');
}

static void
append_shown(GString *out, const GPtrArray *shown, gboolean visible)
{
  g_string_append(out, ",\"passwords\":[");
  for (guint i = 0; i < shown->len; i++) {
    const AppShown *one = shown->pdata[i];
    g_string_append(out, i > 0 ? ",{" : "{");
    append_pair(out, "target", one->target, visible);
    g_string_append_c(out, ',');
    append_pair(out, "password", one->secret, visible);
    g_string_append_c(out, '}');
  }
  g_string_append_c(out, ']');
}

static void
write_json(Output *output, const Plan *plan, const GPtrArray *shown)
{
  const OutputStyle *style = output_style(output);
  GString *out = output_buffer(output);
  const char *line = style->format == FORMAT_JSON ? "\n" : "";
  const struct {
    const char *name, *text;
  } texts[] = {{"title", plan->title},
               {"reason", plan->reason},
               {"profile", plan->profile},
               {"tenant", plan->tenant},
               {"roster", plan->roster},
               {"who", plan->who},
               {"releasedBy", plan->released_by},
               {"state", plan_state_name(plan->state)}};
  g_string_append_printf(out, "{\"version\":%d,\"id\":", OUTPUT_JSON_VERSION);
  if (plan->id > 0)
    g_string_append_printf(out, "%" G_GINT64_FORMAT, plan->id);
  else
    g_string_append(out, "null");
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_string_append_c(out, ',');
    append_pair(out, texts[i].name, texts[i].text, style->visible);
  }
  g_string_append_c(out, ',');
  append_moment_pair(out, "madeDateTime", plan->made_at);
  g_string_append(out, ",\"operations\":[");
  for (guint i = 0; i < plan->operations->len; i++) {
    g_string_append_printf(out, "%s%s", i > 0 ? "," : "", line);
    append_operation(out, plan->operations->pdata[i], style->visible);
  }
  g_string_append_printf(out, "%s],\"notes\":[", line);
  for (guint i = 0; i < plan->notes->len; i++) {
    g_string_append(out, i > 0 ? "," : "");
    append_json_text(out, plan->notes->pdata[i], style->visible);
  }
  g_string_append_c(out, ']');
  if (shown)
    append_shown(out, shown, style->visible);
  g_string_append(out, "}\n");
}

static gboolean
write_plan(Output *output, const Plan *plan, gboolean result, const GPtrArray *shown,
           GError **error)
{
  OutputFormat format = output_style(output)->format;
  if (format == FORMAT_JSON || format == FORMAT_JSONL) {
    write_json(output, plan, shown);
    return TRUE;
  }
  if (format == FORMAT_TABLE && !result && !output_style(output)->columns) {
    write_lines(output, plan);
    return TRUE;
  }
  g_autoptr(Records) records = operation_records(plan, format == FORMAT_TABLE);
  gboolean one = format == FORMAT_TABLE && count_targets(plan) <= 1;
  return output_some_records(output, records, one ? "step,state,detail,requestId" : NULL, error);
}

gboolean
output_plan(Output *output, const Plan *plan, gboolean result, GError **error)
{
  return write_plan(output, plan, result, NULL, error);
}

gboolean
output_plan_shown(Output *output, const Plan *plan, const GPtrArray *shown, GError **error)
{
  return write_plan(output, plan, TRUE, shown, error);
}
