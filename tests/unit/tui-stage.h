/* A console without a terminal and without a tenant: made-up accounts, keys in,
 * the screen as text out. Shared by the tests of the views. */
#pragma once

#include "tui/console-private.h"

#define NOW G_GINT64_CONSTANT(1795183320) /* 2026-11-20 14:02 */
#define DAY (24 * 60 * 60)

typedef struct {
  App *app;
  Feed *feed;
  Screen *screen;
  Console *console;
  char *folder;
} Stage;

/* A console on a hidden screen, with an application of one roster. */
void stage_open(Stage *stage, int rows, int cols, ThemeColours colours, gboolean ascii);
void stage_close(Stage *stage);
/* Made-up accounts, `filler` dull ones among them, and two lines of the log. */
void stage_fill(Stage *stage, guint filler);
/* The accounts of stage_fill(); how many are not dull is stage_samples(). */
Snapshot *stage_snapshot(guint filler);
guint stage_samples(void);
/* Keys by their names, blank-separated. */
void stage_keys(Stage *stage, const char *names);
/* Characters one by one. */
void stage_type(Stage *stage, const char *words);
void stage_paste(Stage *stage, const char *words);
/* The whole screen as text; the caller owns it. */
char *stage_shot(Stage *stage);

/* A stage brought to each of the console's views. */
typedef struct {
  const char *name;
  void (*show)(Stage *stage);
} Scene;
extern const Scene stage_scenes[];
/* The scene of that name, played on the stage. */
void stage_play(Stage *stage, const char *name);
