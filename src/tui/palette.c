/* The palette, made from the action table. */
#include "tui/palette.h"

#include "base/i18n.h"
#include "tui/picker.h"

static void
on_chosen(Console *console, const PickerItem *item, GPtrArray *items)
{
  console_perform(console, keymap_rows(console->keymap)[item->id]->name);
}

View *
palette_new(Console *console)
{
  View *view = picker_new(_("Actions"), PICKER_TYPED, on_chosen);
  const Action *const *rows = keymap_rows(console->keymap);
  for (guint i = 0; rows[i] != NULL; i++)
    if (console_can(console, rows[i]) && !g_str_equal(rows[i]->name, "palette"))
      picker_add(view, i, rows[i]->name, _(rows[i]->summary),
                 keymap_keys(console->keymap, rows[i]->name), FALSE);
  return view;
}
