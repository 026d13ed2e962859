/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "options.h"

#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "letters.h"

struct row {
	char letter;
	const char *name, *argument;
	unsigned commands;
	const char *help;
};

static const struct row rows[OPTIONS] = {
#define OPTION(id, letter, name, argument, commands, help) \
	[id] = { letter, name, argument, commands, help },
#include "options.def"
#undef OPTION
};

static const struct {
	enum command id;
	const char *name, *operands, *help;
} commands[] = {
	{ CMD_ANALYZE, "analyze", "FILE... [FILTER]",
	  "who boots in these captures, how far each got, and why it stopped" },
	{ CMD_DECODE, "decode", "FILE... [FILTER]", "one line for each packet of a boot protocol" },
	{ CMD_AUDIT, "audit", "-i IF [MODEL...]",
	  "boots as boards of each kind would, and says what they make of this network; "
	  "--files: of this server's files" },
	{ CMD_SERVE, "serve", "-i IF",
	  "boots boards itself: DHCP beside the network's own, TFTP, HTTP, NFS" },
	{ CMD_EXPLAIN, "explain", "[WORDS | -]",
	  "what a finding, screen, log line, setting, code or option means" },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const char *command_name(enum command c)
{
	for (int i = 0; i < COMMANDS; i++)
		if (commands[i].id == c)
			return commands[i].name;
	return "";
}

const char *option_name(enum option_id id)
{
	return rows[id].name;
}

static int distance(const char *a, const char *b)
{
	uint32_t d = words_apart(bytes_of(a, (uint32_t)strlen(a)), b);

	return d > INT_MAX ? INT_MAX : (int)d;
}

static int unknown(const char *kind, const char *word, const char *near, const char *prefix)
{
	fprintf(stderr, "bootscope: there is no %s '%s'", kind, word);
	if (near)
		fprintf(stderr, "; did you mean '%s%s'?\n", prefix, near);
	else
		fprintf(stderr, "; 'bootscope --help' lists them\n");
	return EXIT_USAGE;
}

static int unknown_option(enum command c, const char *word)
{
	const char *near = NULL;
	int best = 3;

	for (int i = 0; i < OPTIONS; i++) {
		int d = distance(word, rows[i].name);

		if (rows[i].commands & c && d < best) {
			best = d;
			near = rows[i].name;
		}
	}
	return unknown("option", word, near, "--");
}

/* Digits and nothing else, up to max. */
static bool take_number(const char *s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (!s || !*s)
		return false;
	for (; *s; s++) {
		uint64_t digit = (uint64_t)(*s - '0');

		if (*s < '0' || *s > '9' || v > (max - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*out = v;
	return true;
}

static int take_file(struct options *o, char *path)
{
	if (o->n_files == FILES_MAX) {
		fprintf(stderr,
			"bootscope: more than %d files at once; join some with mergecap first\n",
			FILES_MAX);
		return EXIT_USAGE;
	}
	o->file[o->n_files++] = path;
	return 0;
}

/* -i eth0,eth1 is both. */
static int take_interfaces(struct options *o, const char *list)
{
	for (const char *name = list; name && *name;) {
		size_t n = strcspn(name, ",");

		if (o->n_interfaces == INTERFACES_MAX) {
			fprintf(stderr, "bootscope: more than %d interfaces at once\n",
				INTERFACES_MAX);
			return EXIT_USAGE;
		}
		if (n && !(o->interface[o->n_interfaces++] = strndup(name, n)))
			return EXIT_SYSTEM;
		name += n + (name[n] == ',');
	}
	if (o->n_interfaces)
		return 0;
	fprintf(stderr, "bootscope: -i takes an interface; 'bootscope -D' lists them\n");
	return EXIT_USAGE;
}

/* Options that are numbers: where to, from what to what. */
static const struct {
	int id;
	size_t at;
	uint64_t least, most;
	const char *words;
} numbers[] = {
	{ OPT_COUNT, offsetof(struct options, count), 0, UINT64_MAX,
	  "-c takes a number of frames" },
	{ OPT_WIDTH, offsetof(struct options, width), 1, UINT32_MAX,
	  "--width takes a number of columns" },
	{ OPT_SNAPLEN, offsetof(struct options, snaplen), 0, 262144,
	  "-s takes a number of bytes up to 262144" },
	{ OPT_BUFFER, offsetof(struct options, buffer_kib), 1, 2097151,
	  "-B takes a number of KiB up to 2097151" },
	{ OPT_ROTATE_SIZE, offsetof(struct options, rotate_mb), 1, 1000000000,
	  "-C takes a number of million bytes" },
	{ OPT_MEMORY, offsetof(struct options, memory_mb), 1, 2000,
	  "--memory takes a number of MB up to 2000" },
	{ OPT_ROTATE_FILES, offsetof(struct options, rotate_files), 1, 1000000,
	  "-W takes a number of files" },
};

static int check_number(struct options *o, int id, const char *value)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		uint64_t v;

		if (numbers[i].id != id)
			continue;
		if (!take_number(value, numbers[i].most, &v) || v < numbers[i].least) {
			fprintf(stderr, "bootscope: %s, not '%s'\n", numbers[i].words, value);
			return EXIT_USAGE;
		}
		memcpy((char *)o + numbers[i].at, &v, sizeof(v));
	}
	return 0;
}

/* Sets option id from its argument. 0 or EXIT_USAGE. */
static int take(struct options *o, int id, char *value)
{
	if (!(rows[id].commands & o->command)) {
		const char *name = command_name(o->command);

		fprintf(stderr,
			"bootscope: --%s does not go with %s; 'bootscope %s%s--help' says what "
			"does\n",
			rows[id].name, *name ? name : "live capture", name, *name ? " " : "");
		return EXIT_USAGE;
	}
	if (o->n_given == GIVEN_MAX) {
		fprintf(stderr, "bootscope: more than %d options; a file can say it: --config\n",
			GIVEN_MAX);
		return EXIT_USAGE;
	}
	o->given[o->n_given++] = (struct given) { (enum option_id)id, value };
	o->on[id] = true;
	o->value[id] = value;
	if (id == OPT_READ)
		return take_file(o, value);
	if (id == OPT_INTERFACE)
		return take_interfaces(o, value);
	return check_number(o, id, value);
}

static int missing(int id)
{
	fprintf(stderr, "bootscope: --%s needs an argument: %s\n", rows[id].name,
		rows[id].argument);
	return EXIT_USAGE;
}

/* --name, --name=value or --name value. */
static int parse_long(struct options *o, char **argv, int argc, int *i)
{
	const char *word = argv[*i] + 2;
	size_t n = strcspn(word, "=");
	char name[32];

	for (int id = 0; id < OPTIONS; id++) {
		if (strlen(rows[id].name) != n || memcmp(rows[id].name, word, n) != 0)
			continue;
		if (!rows[id].argument)
			return word[n] ? (fprintf(stderr, "bootscope: --%s takes no argument\n",
						  rows[id].name),
					  EXIT_USAGE)
				       : take(o, id, NULL);
		if (word[n])
			return take(o, id, argv[*i] + 2 + n + 1);
		if (*i + 1 >= argc)
			return missing(id);
		return take(o, id, argv[++*i]);
	}
	snprintf(name, sizeof(name), "%.*s", (int)(n < sizeof(name) ? n : sizeof(name) - 1), word);
	return unknown_option(o->command, name);
}

/* -abc, -c5 or -c 5. */
static int parse_short(struct options *o, char **argv, int argc, int *i)
{
	for (char *p = argv[*i] + 1; *p; p++) {
		int id = 0, r;

		while (id < OPTIONS && rows[id].letter != *p)
			id++;
		if (id == OPTIONS) {
			fprintf(stderr,
				"bootscope: there is no option '-%c'; 'bootscope --help' lists "
				"them\n",
				*p);
			return EXIT_USAGE;
		}
		if (rows[id].argument) {
			if (p[1])
				return take(o, id, p + 1);
			if (*i + 1 >= argc)
				return missing(id);
			return take(o, id, argv[++*i]);
		}
		r = take(o, id, NULL);
		if (r)
			return r;
	}
	return 0;
}

/* Files first; the first word that is no file begins the filter, unless it looks like the name of
 * one. */
static int operand(struct options *o, char *word)
{
	size_t have = o->filter ? strlen(o->filter) : 0;
	char *longer;
	bool file = o->command != CMD_EXPLAIN && o->command != CMD_WATCH &&
		    o->command != CMD_SERVE && !o->filter &&
		    (strcmp(word, "-") == 0 || access(word, F_OK) == 0 || !o->n_files ||
		     strchr(word, '/') || strstr(word, ".pcap") || strstr(word, ".cap"));

	if (file || o->command == CMD_AUDIT)
		return take_file(o, word);
	if (o->command == CMD_SERVE) {
		fprintf(stderr,
			"bootscope: serve takes options alone, and '%s' is none; 'bootscope serve "
			"--help' lists them\n",
			word);
		return EXIT_USAGE;
	}
	longer = realloc(o->filter, have + strlen(word) + 2);
	if (!longer)
		return EXIT_SYSTEM;
	o->filter = longer;
	snprintf(longer + have, strlen(word) + 2, "%s%s", have ? " " : "", word);
	return 0;
}

static int parse_command(const char *word, struct options *o)
{
	const char *near = NULL;
	int best = 4;

	for (int i = 0; i < COMMANDS; i++) {
		int d = distance(word, commands[i].name);

		if (d == 0) {
			o->command = commands[i].id;
			return 0;
		}
		if (d < best) {
			best = d;
			near = commands[i].name;
		}
	}
	if (access(word, F_OK) == 0) {
		fprintf(stderr, "bootscope: say what to do with %s: bootscope analyze %s\n", word,
			word);
		return EXIT_USAGE;
	}
	return unknown("command", word, near, "");
}

/* bootscope -r FILE, whatever stands before it. */
static bool reads_file(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strncmp(argv[i], "-r", 2) == 0 || strncmp(argv[i], "--read", 6) == 0)
			return true;
	return false;
}

/* audit --files looks at files, and audit at a network. */
static int check_files(const struct options *o)
{
	static const enum option_id files[] = { OPT_TFTP_ROOT, OPT_NFS_ROOT, OPT_EXPORTS,
						OPT_DNSMASQ, OPT_EEPROM };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (o->on[files[i]] && !o->on[OPT_FILES]) {
			fprintf(stderr, "bootscope: --%s is for audit --files\n",
				option_name(files[i]));
			return EXIT_USAGE;
		}
	if (o->on[OPT_FILES] && (o->on[OPT_DIFF] || o->on[OPT_AGAIN])) {
		fprintf(stderr, "bootscope: audit --files takes neither --diff nor --watch\n");
		return EXIT_USAGE;
	}
	if (o->on[OPT_FILES] && (o->n_files || o->on[OPT_MODELS] || o->n_interfaces)) {
		fprintf(stderr,
			"bootscope: audit --files looks at files for all Raspberry Pis, and "
			"takes no models and no interface\n");
		return EXIT_USAGE;
	}
	return 0;
}

/* What only makes sense with another. */
static int check_pairs(const struct options *o)
{
	if (o->command == CMD_AUDIT)
		return check_files(o);
	if (o->on[OPT_ROTATE_SIZE] && !o->on[OPT_WRITE]) {
		fprintf(stderr, "bootscope: -C is about the file that -w names\n");
		return EXIT_USAGE;
	}
	if (o->on[OPT_ROTATE_FILES] && !o->on[OPT_ROTATE_SIZE]) {
		fprintf(stderr, "bootscope: -W counts files that -C makes\n");
		return EXIT_USAGE;
	}
	return 0;
}

int options_parse(int argc, char **argv, struct options *out)
{
	int i = 1, r = 0;

	memset(out, 0, sizeof(*out));
	out->count = UINT64_MAX;
	out->command = CMD_WATCH;
	if (i < argc && argv[i][0] != '-') {
		if (strcmp(argv[i], "help") == 0) {
			out->on[OPT_HELP] = true;
			return i + 1 < argc ? parse_command(argv[i + 1], out) : 0;
		}
		r = parse_command(argv[i++], out);
	} else {
		out->bare = true;
		if (reads_file(argc, argv))
			out->command = CMD_ANALYZE; /* bootscope -r FILE */
	}
	for (; i < argc && !r; i++) {
		if (strcmp(argv[i], "--") == 0) {
			while (++i < argc && !r)
				r = operand(out, argv[i]);
			break;
		}
		if (argv[i][0] != '-' || !argv[i][1])
			r = operand(out, argv[i]);
		else if (argv[i][1] == '-')
			r = parse_long(out, argv, argc, &i);
		else
			r = parse_short(out, argv, argc, &i);
	}
	return r ? r : check_pairs(out);
}

void options_free(struct options *o)
{
	free(o->filter);
	o->filter = NULL;
	while (o->n_interfaces)
		free(o->interface[--o->n_interfaces]);
}

void options_usage(enum command c, FILE *to)
{
	if (c == CMD_WATCH) {
		fprintf(to, "bootscope: why does this Raspberry Pi not boot from the network?\n\n");
		fprintf(to, "  bootscope %-27s %s\n", "[-i IF] [FILTER]",
			"watch an interface live: each board's progress, and why it stops");
		for (int i = 0; i < COMMANDS; i++)
			fprintf(to, "  bootscope %-8s %-18s %s\n", commands[i].name,
				commands[i].operands, commands[i].help);
		fprintf(to, "\nFILE is a pcap, pcapng or snoop capture, also .gz or .zst; '-' is "
			    "standard input.\n"
			    "FILTER is a tcpdump expression, such as 'host 10.0.0.5'.\n");
	}
	for (int i = 0; i < COMMANDS; i++)
		if (commands[i].id == c)
			fprintf(to, "bootscope %s [OPTIONS] %s\n%s\n", commands[i].name,
				commands[i].operands, commands[i].help);
	fprintf(to, "\n");
	for (int i = 0; i < OPTIONS; i++) {
		char left[48];

		if (!(rows[i].commands & c))
			continue;
		snprintf(left, sizeof(left), "%c%c%s --%s%s%s", rows[i].letter ? '-' : ' ',
			 rows[i].letter ? rows[i].letter : ' ', rows[i].letter ? "," : " ",
			 rows[i].name, rows[i].argument ? " " : "",
			 rows[i].argument ? rows[i].argument : "");
		fprintf(to, "  %-26s %s\n", left, rows[i].help);
	}
	if (c == CMD_WATCH)
		fprintf(to, "\n'bootscope COMMAND --help' tells a command's own options.\n"
			    "Exit status: 0 nothing wrong, 1 a fatal finding, 2 usage, 3 the "
			    "system said no.\n");
}

bool options_completions(const char *shell, FILE *to)
{
	bool bash = strcmp(shell, "bash") == 0, zsh = strcmp(shell, "zsh") == 0;

	if (!bash && !zsh && strcmp(shell, "fish") != 0)
		return false;
	if (zsh)
		fprintf(to, "#compdef bootscope\nautoload -U +X bashcompinit && bashcompinit\n");
	if (bash || zsh) {
		fprintf(to, "_bootscope() {\n  local words\n  case ${COMP_WORDS[1]} in\n");
		for (int c = 0; c < COMMANDS; c++) {
			fprintf(to, "  %s) words='", commands[c].name);
			for (int i = 0; i < OPTIONS; i++)
				if (rows[i].commands & commands[c].id)
					fprintf(to, "--%s ", rows[i].name);
			fprintf(to, "' ;;\n");
		}
		fprintf(to, "  *) words='help");
		for (int c = 0; c < COMMANDS; c++)
			fprintf(to, " %s", commands[c].name);
		fprintf(to, "' ;;\n  esac\n  COMPREPLY=($(compgen -W \"$words\" -- "
			    "\"${COMP_WORDS[COMP_CWORD]}\"))\n"
			    "}\ncomplete -o default -F _bootscope bootscope\n");
		return true;
	}
	for (int c = 0; c < COMMANDS; c++) {
		fprintf(to, "complete -c bootscope -n __fish_use_subcommand -a %s -d '%s'\n",
			commands[c].name, commands[c].help);
		for (int i = 0; i < OPTIONS; i++)
			if (rows[i].commands & commands[c].id)
				fprintf(to,
					"complete -c bootscope -n '__fish_seen_subcommand_from %s' "
					"-l %s -d \"%s\"\n",
					commands[c].name, rows[i].name, rows[i].help);
	}
	return true;
}
