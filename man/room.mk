# Manual pages, completion scripts and the example configuration: made by
# usher-docgen from the tables and the frames here, and shipped in the tarball.
# Where programs cannot be run while cross-compiling, those shipped are used.
man_frames = man/usher.1.in man/usher.conf.5.in man/usher-query.7.in man/usher-json.5.in
man_generated = man/usher.1 man/usher.conf.5 man/usher-query.7 man/usher-json.5
data_generated = data/usher.conf.example completion/usher completion/_usher completion/usher.fish
EXTRA_DIST += $(man_frames)
dist_man_MANS += $(man_generated) man/usher-plan.5 man/usher-review.7 man/usher-auth.7
CLEANFILES += $(man_generated) $(data_generated)

exampledir = $(docdir)/examples
dist_example_DATA = data/usher.conf.example
desktopdir = $(datadir)/applications
dist_desktop_DATA = data/usher.desktop
bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = completion/usher
zshcompletiondir = $(datadir)/zsh/site-functions
dist_zshcompletion_DATA = completion/_usher
fishcompletiondir = $(datadir)/fish/vendor_completions.d
dist_fishcompletion_DATA = completion/usher.fish

if !CROSS_COMPILING
docgen = src/docgen/usher-docgen$(EXEEXT)
docgen_run = $(AM_V_GEN)$(MKDIR_P) $(@D) && LC_ALL=C $(docgen)
docgen_write = > $@.new && mv -f $@.new $@

man/usher.1: man/usher.1.in $(docgen)
	$(docgen_run) page $(srcdir)/man/usher.1.in $(docgen_write)
man/usher.conf.5: man/usher.conf.5.in $(docgen)
	$(docgen_run) page $(srcdir)/man/usher.conf.5.in $(docgen_write)
man/usher-query.7: man/usher-query.7.in $(docgen)
	$(docgen_run) page $(srcdir)/man/usher-query.7.in $(docgen_write)
man/usher-json.5: man/usher-json.5.in $(docgen)
	$(docgen_run) page $(srcdir)/man/usher-json.5.in $(docgen_write)
data/usher.conf.example: $(docgen)
	$(docgen_run) example $(docgen_write)
completion/usher: $(docgen)
	$(docgen_run) completion bash $(docgen_write)
completion/_usher: $(docgen)
	$(docgen_run) completion zsh $(docgen_write)
completion/usher.fish: $(docgen)
	$(docgen_run) completion fish $(docgen_write)
endif
