/* The create form. Every key renews the preview without the network; when the
 * fields are good and typing pauses, a job asks the tenant whether name and
 * address are free. The plan that this gives is shown before anything is made. */
#include "tui/view-create.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "tui/dialog.h"
#include "tui/form.h"
#include "tui/pager.h"
#include "tui/view-plan.h"
#include <inttypes.h>
#include <string.h>

#define CHECK_PAUSE  500 /* ms without a key before the tenant is asked */
#define PREVIEW_ROWS 7

typedef enum { CHECK_NONE, CHECK_RUNNING, CHECK_OK, CHECK_FAILED } CheckState;

typedef struct {
  View view;
  EntryForm *form;
  Person *person;
  CreateView *preview;
  Rect fields; /* where they were drawn */
  CheckState check;
  char *check_text; /* what the check said, if it belongs to no field */
  Plan *plan;       /* CHECK_OK */
  Job *job;
  guint pause_source;
  gboolean submit; /* ^S was pressed: the plan is shown as soon as it is there */
} Create;

/* What travels to the worker and back. */
typedef struct {
  App *app;
  Person *person;
  CreateView *view;
  PersonField field;
  Plan *plan;
} Check;

static const Roster *
roster_of(const Create *create)
{
  return app_roster(create->view.console->app);
}

/* --- the check against the tenant --- */

static gboolean
check_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  Check *check = data;
  check->plan =
      app_create_plan(check->app, check->person, &check->view, &check->field, cancellable, error);
  return check->plan != NULL;
}

static void
check_free(gpointer data)
{
  Check *check = data;
  person_free(check->person);
  create_view_free(check->view);
  g_clear_pointer(&check->plan, plan_free);
  g_free(check);
}

/* "--email: taken" without the option's name: it stands beside the field. */
static const char *
without_option(const char *message)
{
  const char *colon = strstr(message, ": ");
  return g_str_has_prefix(message, "--") && colon != NULL ? colon + 2 : message;
}

static void
show_plan(Create *create)
{
  Console *console = create->view.console;
  create->submit = FALSE;
  console_push(console, view_plan_new(console, plan_copy(create->plan), 0, APP_RESUME_OPEN,
                                      create->preview != NULL ? create->preview->warning : NULL));
}

static void
check_done(gpointer data, const GError *error, gpointer user)
{
  Create *create = user;
  Check *check = data;
  g_clear_pointer(&create->job, job_unref);
  g_clear_pointer(&create->check_text, g_free);
  if (check->view != NULL) {
    create_view_free(create->preview);
    create->preview = g_steal_pointer(&check->view);
  }
  if (error == NULL) {
    create->check = CHECK_OK;
    create->plan = g_steal_pointer(&check->plan);
    if (create->submit)
      show_plan(create);
  } else {
    create->check = CHECK_FAILED;
    if (check->field < PERSON_N) {
      entry_form_set_error(create->form, check->field, without_option(error->message));
      if (create->submit)
        create->form->focus = check->field;
    } else {
      create->check_text = error_describe(error);
    }
    create->submit = FALSE;
  }
  console_changed(create->view.console, CHANGED_TOP | CHANGED_PLAN);
}

static gboolean
all_good(const Create *create)
{
  for (int field = 0; field < PERSON_N; field++) {
    g_autofree char *wrong = person_check(create->person, (PersonField)field, roster_of(create),
                                          console_now(create->view.console));
    if (wrong != NULL)
      return FALSE;
  }
  return TRUE;
}

static void
start_check(Create *create)
{
  if (create->pause_source != 0)
    g_clear_handle_id(&create->pause_source, g_source_remove);
  Check *check = g_new0(Check, 1);
  check->app = create->view.console->app;
  check->person = person_copy(create->person);
  check->field = PERSON_N;
  create->check = CHECK_RUNNING;
  create->job = job_start(_("checking the new account"), check_run, check, check_free, NULL,
                          check_done, create);
  console_changed(create->view.console, CHANGED_TOP);
}

static gboolean
on_pause(gpointer data)
{
  Create *create = data;
  create->pause_source = 0;
  if (all_good(create))
    start_check(create);
  return G_SOURCE_REMOVE;
}

/* What was found out no longer belongs to what is typed. */
static void
forget_check(Create *create)
{
  g_clear_pointer(&create->job, job_unref);
  g_clear_pointer(&create->plan, plan_free);
  g_clear_pointer(&create->check_text, g_free);
  create->check = CHECK_NONE;
  create->submit = FALSE;
  if (create->pause_source != 0)
    g_clear_handle_id(&create->pause_source, g_source_remove);
  if (create->view.console->run != NULL)
    create->pause_source = g_timeout_add(CHECK_PAUSE, on_pause, create);
}

/* --- fields --- */

static void
renew_preview(Create *create)
{
  create_view_free(create->preview);
  create->preview = app_create_preview(create->view.console->app, create->person);
  const CreateView *preview = create->preview;
  entry_form_set_hint(create->form, PERSON_USER, preview != NULL ? preview->user_name : NULL);
  g_autofree char *date =
      preview != NULL && preview->expires > 0 ? clock_format_date(preview->expires) : NULL;
  entry_form_set_hint(create->form, PERSON_EXPIRES, date);
}

static void
check_field(Create *create, guint field)
{
  g_autofree char *wrong = person_check(create->person, (PersonField)field, roster_of(create),
                                        console_now(create->view.console));
  entry_form_set_error(create->form, field, wrong);
}

static void
edited(Create *create)
{
  guint field = create->form->focus;
  person_set(create->person, (PersonField)field, line_text(create->form->fields[field].line));
  /* An error goes as soon as it is mended; a new one waits until the field is left. */
  if (create->form->fields[field].error != NULL)
    check_field(create, field);
  forget_check(create);
  renew_preview(create);
}

static gboolean
create_key(View *view, KeyCode code)
{
  Create *create = (Create *)view;
  gboolean changed = FALSE;
  if (!entry_form_key(create->form, code, &changed))
    return FALSE;
  if (changed)
    edited(create);
  return TRUE;
}

static void
create_paste(View *view, const char *text)
{
  Create *create = (Create *)view;
  line_insert(create->form->fields[create->form->focus].line, text);
  edited(create);
}

/* In full, where the room beside the field may not do. */
static void
say_error(const Create *create)
{
  const EntryField *field = &create->form->fields[create->form->focus];
  console_say(create->view.console, STYLE_WARN, "%s: %s", field->label, field->error);
}

static void
go(View *view, int by)
{
  Create *create = (Create *)view;
  check_field(create, create->form->focus);
  entry_form_move(create->form, by);
  if (create->form->fields[create->form->focus].error != NULL)
    say_error(create);
  console_changed(view->console, CHANGED_TOP);
}

static void
act_next(View *view)
{
  go(view, 1);
}

static void
act_previous(View *view)
{
  go(view, -1);
}

static void
create_mouse(View *view, const Event *event)
{
  Create *create = (Create *)view;
  guint index;
  if (event->kind == EVENT_WHEEL) {
    go(view, event->wheel);
  } else if (event->y >= create->fields.y && event->y < create->fields.y + create->fields.rows &&
             entry_form_at(create->form, event->y - create->fields.y, &index)) {
    check_field(create, create->form->focus);
    create->form->focus = index;
    console_changed(view->console, CHANGED_TOP);
  }
}

/* --- actions --- */

static void
act_submit(View *view)
{
  Create *create = (Create *)view;
  gboolean found = FALSE;
  for (guint field = 0; field < PERSON_N; field++) {
    /* What the tenant said about a field stands until the field is edited. */
    if (create->check != CHECK_FAILED || create->form->fields[field].error == NULL)
      check_field(create, field);
    if (create->form->fields[field].error != NULL && !found) {
      create->form->focus = field;
      found = TRUE;
    }
  }
  console_changed(view->console, CHANGED_TOP);
  if (found) {
    say_error(create);
    return;
  }
  if (create->check == CHECK_OK) {
    show_plan(create);
    return;
  }
  create->submit = TRUE;
  if (create->check != CHECK_RUNNING)
    start_check(create);
}

static void
act_preview_mail(View *view)
{
  Create *create = (Create *)view;
  g_autofree char *subject = NULL, *body = NULL;
  g_autoptr(GError) error = NULL;
  if (!app_create_mail(view->console->app, create->person, &subject, &body, &error)) {
    console_say(view->console, STYLE_WARN, "%s", error->message);
    return;
  }
  View *pager = pager_new(_("The mail as it would be sent"), PAGER_WINDOW);
  if (create->preview != NULL && create->preview->mail_to != NULL)
    pager_add(pager, STYLE_NORMAL, _("to"), create->preview->mail_to);
  pager_add(pager, STYLE_STRONG, _("subject"), subject);
  pager_add(pager, STYLE_NORMAL, NULL, "");
  pager_add_text(pager, STYLE_NORMAL, body);
  console_push(view->console, pager);
}

static void
fill_form(Create *create)
{
  for (int field = 0; field < PERSON_N; field++) {
    const PersonInfo *info = person_info((PersonField)field);
    gboolean required =
        info->required || (field == PERSON_SPONSOR && roster_of(create)->sponsor_required);
    entry_form_set(create->form, (guint)field, _(info->label), create->person->value[field],
                   (guint)MAX(info->max_length, 0), required);
    entry_form_set_error(create->form, (guint)field, NULL);
    if (required)
      entry_form_set_hint(create->form, (guint)field, _("needed"));
  }
  entry_form_set_hint(create->form, PERSON_LANGUAGE, _("of the mail: de or en"));
}

static void
act_clear(View *view)
{
  Create *create = (Create *)view;
  person_free(create->person);
  create->person = person_new();
  create->form->focus = 0;
  fill_form(create);
  forget_check(create);
  renew_preview(create);
  console_changed(view->console, CHANGED_TOP);
}

static void
act_back(View *view)
{
  Create *create = (Create *)view;
  gboolean any = FALSE;
  for (int field = 0; field < PERSON_N; field++)
    any |= create->person->value[field] != NULL;
  if (any)
    console_say(view->console, STYLE_DIM, _("The draft is kept for the next time."));
  console_close(view->console, view);
}

/* --- drawing --- */

static Rect
create_place(View *view, Rect room)
{
  Create *create = (Create *)view;
  int rows = (int)create->form->count + PREVIEW_ROWS + 4;
  return dialog_place(room, rows, MIN(86, room.cols - (room.cols > 60 ? 4 : 0)));
}

static void
draw_fact(const Draw *draw, int y, const char *label, Style style, const char *text)
{
  int labels = MIN(17, (draw->cols - 4) / 3);
  draw_text(draw, y, 2, labels - 1, STYLE_DIM, label);
  draw_text(draw, y, 2 + labels, draw->cols - 4 - labels, style, text);
}

static char *
adds_to(const CreateView *preview)
{
  const char *group = preview->group != NULL ? preview->group : "";
  if (preview->licence == NULL || *preview->licence == '\0')
    return g_strdup(group);
  if (preview->seats_left < 0)
    return g_strdup_printf(_("%s → licence %s"), group, preview->licence);
  return g_strdup_printf(ngettext("%s → licence %s (%" PRId64 " seat left)",
                                  "%s → licence %s (%" PRId64 " seats left)",
                                  (gulong)preview->seats_left),
                         group, preview->licence, preview->seats_left);
}

static char *
until(const CreateView *preview, gint64 now)
{
  if (preview->expires <= 0)
    return g_strdup(_("no end date"));
  g_autofree char *date = clock_format_date(preview->expires);
  guint days = (guint)MAX((preview->expires - now + CLOCK_DAY - 1) / CLOCK_DAY, 0);
  return g_strdup_printf(ngettext("%s (%u day)", "%s (%u days)", days), date, days);
}

static char *
check_sentence(const Create *create, Style *ret_style)
{
  *ret_style = STYLE_DIM;
  switch (create->check) {
  case CHECK_RUNNING:
    return g_strdup(_("asking the tenant …"));
  case CHECK_OK:
    *ret_style = STYLE_GOOD;
    return g_strdup(_("name and address are free, all is ready"));
  case CHECK_FAILED:
    *ret_style = STYLE_BAD;
    return g_strdup(create->check_text != NULL ? create->check_text : _("see the field above"));
  default:
    return g_strdup(_("as soon as the fields are filled in"));
  }
}

static void
draw_preview(const Create *create, const Draw *draw, int y, int rows)
{
  const CreateView *preview = create->preview;
  Style check_style;
  g_autofree char *check = check_sentence(create, &check_style);
  g_autofree char *group = preview != NULL ? adds_to(preview) : NULL;
  g_autofree char *date =
      preview != NULL ? until(preview, console_now(create->view.console)) : NULL;
  g_autofree char *mails = preview != NULL && preview->mail_to != NULL
                               ? g_strdup_printf(_("sign-in details to %s"), preview->mail_to)
                               : NULL;
  const char *warning = preview == NULL            ? NULL
                        : preview->warning != NULL ? preview->warning
                        : preview->guessed ? _("The spelling is a guess; “user name” overrides it.")
                                           : NULL;
  const struct {
    const char *label, *text;
    Style style;
  } facts[] = {
      {_("Will create"), preview != NULL ? preview->user_name : NULL, STYLE_STRONG},
      {_("Check"), check, check_style},
      {_("Shown as"), preview != NULL ? preview->display_name : NULL, STYLE_NORMAL},
      {_("Adds to"), group, STYLE_NORMAL},
      {_("Valid until"), date, STYLE_NORMAL},
      {_("Mails"), mails, STYLE_NORMAL},
      {warning != NULL ? _("Mind") : "", warning, STYLE_WARN},
  };
  for (int i = 0; i < (int)G_N_ELEMENTS(facts) && i < rows; i++)
    draw_fact(draw, y + i, facts[i].label, facts[i].style, facts[i].text);
}

static void
create_draw(View *view, const Draw *draw)
{
  static const ActionKey keys[] = {
      {"submit", N_("create")}, {"preview-mail", N_("preview mail")}, {NULL, NULL}};
  Create *create = (Create *)view;
  const Feed *feed = view->console->feed;
  g_autofree char *title =
      g_strdup_printf("%s · %s", _("New account"), feed->title != NULL ? feed->title : "");
  draw_frame(draw, STYLE_BORDER_FOCUS, title);
  int inner = draw->rows - 3; /* without borders and the line of keys */
  int preview = CLAMP(inner - (int)create->form->count - 1, 1, PREVIEW_ROWS);
  int fields = MIN((int)create->form->count, MAX(inner - preview - 1, 1));
  create->fields = (Rect){1, 2, fields, draw->cols - 4};
  entry_form_draw(create->form, draw, create->fields, &view->cursor_y, &view->cursor_x);
  draw_hline(draw, 1 + fields, 2, draw->cols - 4, STYLE_BORDER);
  draw_preview(create, draw, 2 + fields, preview);
  dialog_draw_actions(view, draw, keys, TRUE, _("cancel (the draft is kept)"));
}

static void
create_free(View *view)
{
  Create *create = (Create *)view;
  /* The draft outlives the form. */
  Console *console = view->console;
  if (console->draft != NULL && console->draft != create->person)
    person_free(console->draft);
  console->draft = create->person;
  if (create->pause_source != 0)
    g_source_remove(create->pause_source);
  job_unref(create->job);
  entry_form_free(create->form);
  create_view_free(create->preview);
  g_clear_pointer(&create->plan, plan_free);
  g_free(create->check_text);
}

static gboolean
create_typing(const View *view)
{
  return TRUE;
}

static const ViewAction create_actions[] = {
    {"submit", act_submit},    {"preview-mail", act_preview_mail},
    {"next-field", act_next},  {"previous-field", act_previous},
    {"clear-form", act_clear}, {"back", act_back},
    {"quit", act_back},        {NULL, NULL},
};

static const ViewOps create_ops = {
    .title = N_("New account"),
    .scope = SCOPE_FORM,
    .changed = CHANGED_PLAN,
    .place = create_place,
    .draw = create_draw,
    .key = create_key,
    .typing = create_typing,
    .paste = create_paste,
    .mouse = create_mouse,
    .actions = create_actions,
    .free = create_free,
};

View *
view_create_new(Console *console)
{
  Create *create = g_new0(Create, 1);
  create->view.ops = &create_ops;
  create->view.console = console;
  create->person = console->draft != NULL ? g_steal_pointer(&console->draft) : person_new();
  create->form = entry_form_new(PERSON_N);
  fill_form(create);
  renew_preview(create);
  return &create->view;
}
