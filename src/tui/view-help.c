/* The help text. What the view below can do comes first. */
#include "tui/view-help.h"

#include "base/i18n.h"
#include "model/fields.h"
#include "tui/pager.h"

/* What the view itself can do, what all of its kind can, what can be done everywhere, and the rest.
 */
typedef enum { OWN, OF_KIND, EVERYWHERE, ELSEWHERE } Nearness;

static Nearness
nearness(const Action *action, const ViewOps *ops)
{
  ActionScope scope = ops->scope;
  gboolean of_accounts = action->targets != TARGETS_NONE && (action->flags & ACTION_CHANGES);
  if (action->scope == scope || (of_accounts && ops->targets != NULL))
    return OWN;
  if (action->scope == SCOPE_GLOBAL)
    return EVERYWHERE;
  return action->scope == keymap_outer(scope) ? OF_KIND : ELSEWHERE;
}

static gboolean
belongs(const Console *console, const Action *action, const View *below, Nearness wanted)
{
  return (action->flags & ACTION_TUI) && *keymap_keys(console->keymap, action->name) != '\0' &&
         nearness(action, below->ops) == wanted;
}

static void
add_group(View *help, Console *console, const View *below, Nearness wanted, const char *group)
{
  pager_add(help, STYLE_NORMAL, NULL, "");
  pager_add(help, STYLE_TITLE, NULL, _(group));
  for (const Action *const *rows = keymap_rows(console->keymap); *rows != NULL; rows++) {
    const Action *action = *rows;
    if (!g_str_equal(action->group, group) || !belongs(console, action, below, wanted))
      continue;
    g_autofree char *label = g_strdup_printf("  %s", keymap_keys(console->keymap, action->name));
    pager_addf(help, STYLE_NORMAL, label, "%s  (%s)", _(action->summary), action->name);
  }
}

/* Each group once, where its first action stands. */
static void
add_actions(View *help, Console *console, const View *below, Nearness wanted)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (const Action *const *rows = keymap_rows(console->keymap); *rows != NULL; rows++)
    if (belongs(console, *rows, below, wanted) && g_hash_table_add(seen, (gpointer)(*rows)->group))
      add_group(help, console, below, wanted, (*rows)->group);
}

static void
add_unbound(View *help, Console *console)
{
  pager_add(help, STYLE_NORMAL, NULL, "");
  pager_add(help, STYLE_TITLE, NULL, _("Without a key, from the palette"));
  for (const Action *const *rows = keymap_rows(console->keymap); *rows != NULL; rows++)
    if (((*rows)->flags & ACTION_TUI) && *keymap_keys(console->keymap, (*rows)->name) == '\0') {
      g_autofree char *label = g_strdup_printf("  %s", (*rows)->name);
      pager_add(help, STYLE_NORMAL, label, _((*rows)->summary));
    }
}

static void
add_query(View *help)
{
  pager_add(help, STYLE_NORMAL, NULL, "");
  pager_add(help, STYLE_TITLE, NULL, _("The filter"));
  static const struct {
    const char *form, *text;
  } forms[] = {
      {"ada love", N_("Both words are somewhere in the account; case and accents do not matter.")},
      {"\"ada love\"", N_("These words in this order.")},
      {"-word", N_("Not that.")},
      {"company:part", N_("The company begins with “part”.")},
      {"state=disabled", N_("Exactly that.")},
      {"expires<30d", N_("The end date comes within 30 days.")},
      {"signin>90d", N_("The last sign-in was more than 90 days ago.")},
      {"expires<2027-01-31", N_("Before that day.")},
      {"kind:guest|member", N_("One of them.")},
      {"tag:", N_("What is tagged.")},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
    g_autofree char *label = g_strdup_printf("  %s", forms[i].form);
    pager_add(help, STYLE_NORMAL, label, _(forms[i].text));
  }
  pager_add(help, STYLE_NORMAL, NULL, "");
  pager_add(help, STYLE_TITLE, NULL, _("The fields"));
  for (int id = 0; id < FIELD_N; id++) {
    const FieldInfo *info = field_info((FieldId)id);
    g_autofree char *label = g_strdup_printf("  %s", info->name);
    pager_add(help, STYLE_NORMAL, label, _(info->help));
  }
}

View *
view_help_new(Console *console)
{
  const View *below = console_top(console);
  View *help = pager_new(_("Help"), PAGER_FULL);
  pager_addf(help, STYLE_STRONG, NULL, _("Keys of this view: %s"), _(below->ops->title));
  for (Nearness near = OWN; near < ELSEWHERE; near++)
    add_actions(help, console, below, near);
  add_query(help);
  pager_add(help, STYLE_NORMAL, NULL, "");
  pager_add(help, STYLE_STRONG, NULL, _("Keys of other views"));
  add_actions(help, console, below, ELSEWHERE);
  add_unbound(help, console);
  return help;
}
