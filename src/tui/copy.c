/* The values are offered in a list; the one that is chosen is sent with OSC 52,
 * which terminals carry through ssh. */
#include "tui/copy.h"

#include "base/i18n.h"
#include "tui/picker.h"

static void
on_chosen(Console *console, const PickerItem *item, GPtrArray *items)
{
  if (screen_copy(console->screen, item->note))
    console_say(console, STYLE_GOOD, _("Handed to the clipboard of your terminal: %s"), item->note);
  else
    console_say(console, STYLE_WARN, _("This terminal has no clipboard that can be reached."));
}

void
copy_choose(Console *console, GPtrArray *names, GPtrArray *values)
{
  g_ptr_array_set_free_func(names, g_free);
  g_ptr_array_set_free_func(values, g_free);
  if (names->len == 0) {
    console_say(console, STYLE_DIM, _("There is nothing to copy."));
  } else {
    View *picker = picker_new(_("Copy"), PICKER_PLAIN, on_chosen);
    for (guint i = 0; i < names->len; i++)
      picker_add(picker, i, g_ptr_array_index(names, i), g_ptr_array_index(values, i), NULL, FALSE);
    console_push(console, picker);
  }
  g_ptr_array_unref(names);
  g_ptr_array_unref(values);
}
