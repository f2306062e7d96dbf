/* The terminal. Raw mode, so that ^C, ^Z, ^S and ^Q are keys like others; ESC is
 * told from the beginning of a sequence within 25 ms; a paste arrives in one
 * piece and is never taken for keys. */
#include "tui/screen.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#define ESC_DELAY        25          /* ms */
#define PASTE_LIMIT      (64 * 1024) /* bytes; the rest of a larger one is dropped */
#define PASTE_SILENCE    (2 * G_USEC_PER_SEC)
#define DOUBLE_CLICK     (400 * 1000) /* µs */
#define CODE_PASTE_BEGIN 0x1000
#define CODE_PASTE_END   0x1001
#define MOUSE_EVENTS     (BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED)
#define PASTE_MODE_ON    "\033[?2004h"
#define PASTE_MODE_OFF   "\033[?2004l"

struct Screen {
  SCREEN *terminal;
  FILE *null;    /* hidden screens: where output goes */
  FILE *out;     /* the terminal, for ncurses alone */
  int held;      /* a file in memory that takes its place while a picture is made; -1: none */
  WINDOW *input; /* a pad, which reading does not repaint */
  Theme theme;
  gboolean mouse, has_paste;
  GString *paste;
  gboolean pasting;
  gint64 pasted_at;
  gboolean has_pending; /* a key read ahead */
  KeyCode pending;
  gint64 clicked_at;
  int clicked_y, clicked_x;
};

static gboolean
is_ascii_terminal(void)
{
  const char *type = g_getenv("TERM");
  return !text_locale_is_utf8() || type == NULL || g_str_has_prefix(type, "vt") ||
         g_str_equal(type, "dumb");
}

static ThemeColours
colours_of_terminal(void)
{
  const char *no_colour = g_getenv("NO_COLOR");
  if (!has_colors() || (no_colour != NULL && *no_colour != '\0'))
    return THEME_MONO;
  start_color();
  use_default_colors();
  return COLORS >= 256 ? THEME_256 : COLORS >= 8 ? THEME_8 : THEME_MONO;
}

static void
set_paste_mode(Screen *screen, gboolean on)
{
  if (!screen->has_paste)
    return;
  fputs(on ? PASTE_MODE_ON : PASTE_MODE_OFF, stdout);
  fflush(stdout);
}

static Screen *
screen_new(SCREEN *terminal, FILE *null)
{
  Screen *screen = g_new0(Screen, 1);
  screen->terminal = terminal;
  screen->null = null;
  screen->held = -1;
  screen->paste = g_string_new(NULL);
  screen->input = newpad(1, 1);
  keypad(screen->input, TRUE);
  nodelay(screen->input, TRUE);
  return screen;
}

static void
fail_terminal(gboolean known, GError **error)
{
  const char *type = g_getenv("TERM");
  if (known)
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("This terminal (TERM is %s) cannot move its cursor, which the console needs; "
                  "commands work here, for example 'usher list'"),
                type != NULL ? type : "");
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("The terminal type “%s” is not known here; set TERM, for example to "
                  "xterm-256color"),
                type != NULL ? type : "");
}

Screen *
screen_open(gboolean mouse, GError **error)
{
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE,
                        _("The console needs a terminal; in a script use a command, for "
                          "example 'usher list'"));
    return NULL;
  }
  int copy = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  FILE *out = copy < 0 ? NULL : fdopen(copy, "w");
  SCREEN *terminal = newterm(NULL, out != NULL ? out : stdout, stdin);
  /* One without cursor movement (TERM=dumb) gets as far as this, and then a heap of text. */
  const char *move = terminal != NULL ? tigetstr("cup") : NULL;
  gboolean known = terminal != NULL;
  if (known && (move == NULL || move == (char *)-1)) {
    endwin();
    delscreen(terminal);
    terminal = NULL;
  }
  if (terminal == NULL) {
    if (out != NULL)
      fclose(out);
    fail_terminal(known, error);
    return NULL;
  }
  Screen *screen = screen_new(terminal, NULL);
  screen->out = out;
  screen->held = out == NULL ? -1 : memfd_create("usher-screen", MFD_CLOEXEC);
  raw();
  noecho();
  nonl();
  typeahead(-1);
  set_escdelay(ESC_DELAY);
  mouseinterval(0);
  theme_init(&screen->theme, colours_of_terminal(), is_ascii_terminal());
  define_key("\033[200~", CODE_PASTE_BEGIN);
  define_key("\033[201~", CODE_PASTE_END);
  /* Terminals that report a mouse are those that know bracketed paste; others might print
   * what they do not know. */
  const char *mouse_keys = tigetstr("kmous");
  screen->has_paste = mouse_keys != NULL && mouse_keys != (char *)-1;
  set_paste_mode(screen, TRUE);
  screen_set_mouse(screen, mouse);
  return screen;
}

Screen *
screen_open_hidden(int rows, int cols, ThemeColours colours, gboolean ascii)
{
  FILE *null = fopen("/dev/null", "r+");
  if (null == NULL)
    return NULL;
  SCREEN *terminal = newterm("xterm-256color", null, null);
  if (terminal == NULL) {
    fclose(null);
    return NULL;
  }
  Screen *screen = screen_new(terminal, null);
  if (colours != THEME_MONO) {
    start_color();
    use_default_colors();
  }
  theme_init(&screen->theme, colours, ascii);
  resizeterm(rows, cols);
  return screen;
}

void
screen_close(Screen *screen)
{
  if (screen == NULL)
    return;
  if (screen->null == NULL) {
    screen_set_mouse(screen, FALSE);
    set_paste_mode(screen, FALSE);
  }
  endwin();
  delwin(screen->input);
  /* A real one stays where ncurses keeps it: deleting it would only lose the panel library's
   * own memory, and the program is about to end. */
  if (screen->null != NULL) {
    delscreen(screen->terminal);
    fclose(screen->null);
  }
  if (screen->held >= 0)
    close(screen->held);
  g_string_free(screen->paste, TRUE);
  g_free(screen);
}

void
screen_set_mouse(Screen *screen, gboolean on)
{
  screen->mouse = on;
  mousemask(on ? MOUSE_EVENTS : 0, NULL);
}

/* More than terminals take. */
#define COPY_LIMIT (64 * 1024)

gboolean
screen_copy(Screen *screen, const char *text)
{
  gsize length = strlen(text);
  if (screen->null != NULL || !screen->has_paste || length > COPY_LIMIT)
    return FALSE;
  g_autofree char *coded = g_base64_encode((const guchar *)text, length);
  fprintf(stdout, "\033]52;c;%s\a", coded);
  fflush(stdout);
  return TRUE;
}

gboolean
screen_mouse(const Screen *screen)
{
  return screen->mouse;
}

/* One key as ncurses gives it; FALSE: none is there. */
static gboolean
read_code(Screen *screen, KeyCode *ret_code)
{
  if (screen->has_pending) {
    screen->has_pending = FALSE;
    *ret_code = screen->pending;
    return TRUE;
  }
  wint_t wide = 0;
  int kind = wget_wch(screen->input, &wide);
  if (kind == ERR)
    return FALSE;
  if (kind == KEY_CODE_YES) {
    static const struct {
      int key;
      KeyCode code;
    } same[] = {{KEY_ENTER, KEYCODE_ENTER}, {KEY_BACKSPACE, KEYCODE_BACK}};
    *ret_code = (KeyCode)wide | KEYCODE_SPECIAL;
    for (gsize i = 0; i < G_N_ELEMENTS(same); i++)
      if ((int)wide == same[i].key)
        *ret_code = same[i].code;
    return TRUE;
  }
  *ret_code = wide == '\r' ? KEYCODE_ENTER : wide == '\b' ? KEYCODE_BACK : (KeyCode)wide;
  return TRUE;
}

/* Collects what is pasted; TRUE when it is complete. */
static gboolean
read_paste(Screen *screen, KeyCode code)
{
  screen->pasted_at = g_get_monotonic_time();
  if (code == (CODE_PASTE_END | KEYCODE_SPECIAL)) {
    screen->pasting = FALSE;
    return TRUE;
  }
  if (!(code & KEYCODE_SPECIAL) && screen->paste->len < PASTE_LIMIT)
    g_string_append_unichar(screen->paste, code);
  return FALSE;
}

static gboolean
read_mouse(Screen *screen, Event *ret_event)
{
  MEVENT mouse;
  if (getmouse(&mouse) != OK)
    return FALSE;
  *ret_event = (Event){.y = mouse.y, .x = mouse.x};
  if (mouse.bstate & (BUTTON4_PRESSED | BUTTON5_PRESSED)) {
    ret_event->kind = EVENT_WHEEL;
    ret_event->wheel = mouse.bstate & BUTTON4_PRESSED ? -1 : 1;
    return TRUE;
  }
  if (!(mouse.bstate & BUTTON1_PRESSED))
    return FALSE;
  gint64 now = g_get_monotonic_time();
  gboolean again = now - screen->clicked_at < DOUBLE_CLICK && mouse.y == screen->clicked_y &&
                   mouse.x == screen->clicked_x;
  ret_event->kind = again ? EVENT_DOUBLE_CLICK : EVENT_CLICK;
  screen->clicked_at = again ? 0 : now;
  screen->clicked_y = mouse.y;
  screen->clicked_x = mouse.x;
  return TRUE;
}

/* The rest of a sequence that ncurses does not know, a key that only some terminals have: its
 * letters are no commands. FALSE: nothing follows, and it was a key by itself. */
static gboolean
swallow_sequence(Screen *screen, KeyCode first)
{
  KeyCode code;
  if ((first != '[' && first != 'O') || !read_code(screen, &code))
    return FALSE;
  while (first == '[' && code >= 0x20 && code < 0x40)
    if (!read_code(screen, &code))
      break;
  return TRUE;
}

/* ESC alone, or ESC in one breath with a key, which is a modified key. 0: neither. */
static KeyCode
after_escape(Screen *screen)
{
  KeyCode next;
  if (!read_code(screen, &next))
    return KEYCODE_ESC;
  if (swallow_sequence(screen, next))
    return 0;
  if (next != KEYCODE_ESC && !(next & KEYCODE_SPECIAL))
    return next | KEYCODE_ALT;
  screen->has_pending = TRUE;
  screen->pending = next;
  return KEYCODE_ESC;
}

gboolean
screen_read(Screen *screen, Event *ret_event)
{
  KeyCode code;
  while (read_code(screen, &code)) {
    if (screen->pasting && g_get_monotonic_time() - screen->pasted_at > PASTE_SILENCE)
      screen->pasting = FALSE; /* its end was lost */
    if (screen->pasting) {
      if (read_paste(screen, code)) {
        *ret_event = (Event){.kind = EVENT_PASTE, .text = screen->paste->str};
        return TRUE;
      }
      continue;
    }
    if (code == (CODE_PASTE_BEGIN | KEYCODE_SPECIAL)) {
      screen->pasting = TRUE;
      screen->pasted_at = g_get_monotonic_time();
      g_string_truncate(screen->paste, 0);
      continue;
    }
    if (code == (KEY_MOUSE | KEYCODE_SPECIAL)) {
      if (read_mouse(screen, ret_event))
        return TRUE;
      continue;
    }
    /* resizeterm() queues one of these after the fact; the size is known already. */
    if (code == (KEY_RESIZE | KEYCODE_SPECIAL) || code == (CODE_PASTE_END | KEYCODE_SPECIAL))
      continue;
    *ret_event =
        (Event){.kind = EVENT_KEY, .key = code == KEYCODE_ESC ? after_escape(screen) : code};
    if (code == KEYCODE_ESC && ret_event->key == 0)
      continue;
    return TRUE;
  }
  return FALSE;
}

gboolean
screen_resize(Screen *screen)
{
  struct winsize size;
  if (screen->null != NULL || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 ||
      size.ws_col == 0)
    return FALSE;
  if (size.ws_row == LINES && size.ws_col == COLS)
    return FALSE;
  return resizeterm(size.ws_row, size.ws_col) == OK;
}

/* After another program had the terminal. Its modes come first: a ^S typed meanwhile holds back all
 * output until then. */
static void
take_back(Screen *screen)
{
  reset_prog_mode();
  screen_resize(screen);
  set_paste_mode(screen, TRUE);
}

void
screen_suspend(Screen *screen)
{
  set_paste_mode(screen, FALSE);
  endwin();
  struct sigaction standard = {.sa_handler = SIG_DFL}, ours;
  sigemptyset(&standard.sa_mask);
  sigaction(SIGTSTP, &standard, &ours);
  /* The whole group, as the terminal itself would do it. */
  kill(0, SIGTSTP);
  sigaction(SIGTSTP, &ours, NULL);
  take_back(screen);
  screen_redraw(screen);
}

gboolean
screen_run(Screen *screen, char **argv, GError **error)
{
  int status = 0;
  set_paste_mode(screen, FALSE);
  endwin();
  gboolean ran = g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN,
                              NULL, NULL, NULL, NULL, &status, error);
  take_back(screen);
  screen_redraw(screen);
  return ran && g_spawn_check_wait_status(status, error);
}

static void
send_bytes(const char *bytes, gsize length)
{
  while (length > 0) {
    ssize_t n = write(STDOUT_FILENO, bytes, length);
    if (n < 0 && errno == EAGAIN)
      g_poll(&(GPollFD){.fd = STDOUT_FILENO, .events = G_IO_OUT}, 1, 1000);
    else if (n < 0 && errno != EINTR)
      return; /* the terminal is gone; whoever reads from it notices */
    bytes += MAX(n, 0);
    length -= (gsize)MAX(n, 0);
  }
}

/* What has gathered in the file goes out in one piece. */
static void
send_held(const Screen *screen)
{
  off_t length = lseek(screen->held, 0, SEEK_CUR);
  if (length <= 0)
    return;
  void *bytes = mmap(NULL, (gsize)length, PROT_READ, MAP_SHARED, screen->held, 0);
  if (bytes != MAP_FAILED) {
    send_bytes(bytes, (gsize)length);
    munmap(bytes, (gsize)length);
  }
  lseek(screen->held, 0, SEEK_SET);
}

void
screen_update(Screen *screen)
{
  int out = screen->out != NULL ? fileno(screen->out) : -1;
  /* After the terminal was lent, ncurses sets its modes first, which a file has not. */
  if (screen->held < 0 || isendwin() || dup3(screen->held, out, O_CLOEXEC) < 0) {
    doupdate();
    return;
  }
  doupdate();
  dup3(STDOUT_FILENO, out, O_CLOEXEC);
  send_held(screen);
}

void
screen_redraw(Screen *screen)
{
  clearok(curscr, TRUE);
}

int
screen_rows(const Screen *screen)
{
  return LINES;
}

int
screen_cols(const Screen *screen)
{
  return COLS;
}

void
screen_set_tenant_colour(Screen *screen, const char *colour)
{
  theme_set_tenant(&screen->theme, colour);
}

const Theme *
screen_theme(const Screen *screen)
{
  return &screen->theme;
}

char *
screen_text(const Screen *screen)
{
  GString *text = g_string_new(NULL);
  int cursor_y = getcury(newscr), cursor_x = getcurx(newscr); /* reading moves it */
  for (int y = 0; y < LINES; y++) {
    gsize end = text->len;
    for (int x = 0; x < COLS;) {
      cchar_t cell;
      wchar_t wide[CCHARW_MAX + 1] = {0};
      attr_t attributes;
      short pair;
      if (mvwin_wch(newscr, y, x, &cell) == ERR ||
          getcchar(&cell, wide, &attributes, &pair, NULL) == ERR)
        break;
      for (wchar_t *at = wide; *at != 0; at++)
        g_string_append_unichar(text, (gunichar)*at);
      x += MAX(1, wcwidth(wide[0]));
      if (wide[0] != L' ')
        end = text->len;
    }
    g_string_truncate(text, end);
    g_string_append_c(text, '\n');
  }
  wmove(newscr, cursor_y, cursor_x);
  return g_string_free(text, FALSE);
}

void
screen_cursor(const Screen *screen, int *ret_y, int *ret_x)
{
  *ret_y = getcury(newscr);
  *ret_x = getcurx(newscr);
}
