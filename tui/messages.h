/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MESSAGES_H
#define MESSAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "canvas.h"
#include "frame_log.h"
#include "packet_tree.h"
#include "view.h"

/*
 * What one board said and was told, as rows: what came again is one row, and so is a file or a
 * stretch of NFS with its acknowledgements. And the message that is looked at, whichever screen
 * shows it.
 */
enum { MESSAGES_MAX = 4096, PEERS_MAX = 4 };

enum { PEER_ALL = PEERS_MAX, PEER_OTHER }; /* everybody; one of those without a column */

struct message_row {
	uint64_t id;      /* in the log: the first of its kind, or the one that carries the data */
	uint64_t last_ns; /* when the last of it came */
	uint64_t frames;
	uint64_t bytes;
	uint32_t times; /* that it came: 1, or more when it was sent again */
	uint8_t peer;
	int8_t worst; /* severity of the finding that this is evidence of; -1: none */
	bool cause;   /* ... which stopped the boot */
};

struct messages {
	struct mac board;
	struct address peer[PEERS_MAX]; /* in order of appearance */
	uint32_t n_peers;
	int n, left_out; /* left_out: older rows that there was no room for */
	struct message_row row[MESSAGES_MAX];

	/* looked at */
	uint64_t id; /* 0: nothing */
	int at;      /* its row; -1: none */
	bool tail;   /* the last row was chosen: it stays the last while more come */
	struct frame frame;
	struct packet packet;
	struct packet_tree tree;
	uint32_t field, byte; /* row of the tree; place in its source */
	struct tree_turned turned;
	bool open; /* all rows of the tree, folded or not */
	int more;  /* rows or columns that the lower or right pane got beyond its share */
};

struct ui;

/* The rows anew, and the message that is looked at: that of ui->frame when it was chosen elsewhere,
 * or where the board's trouble is. */
void messages_follow(struct ui *ui, const struct view *v);
/* Looks at another one: of a row, or of the log. */
void messages_select(struct ui *ui, int row);
void messages_look(struct ui *ui, uint64_t id);
/* To a frame by its number, of whichever board. Says so when it is not there. */
void messages_go(struct ui *ui, uint64_t number);

/* The boot that a message belongs to; NULL: none that is kept. */
const struct boot *messages_boot(const struct client *c, uint64_t number);

/* "OFFER 192.168.1.23", "READ ok 4096 bytes": what a message says, in few words. */
void message_words(const struct packet *p, struct text *out);
/* The row's words: those of its message, and what it stands for. */
void message_row_words(const struct ui *ui, const struct view *v, int row, struct text *out);
/* What failed stands out, but for what boards take for an answer: files that need not be there, and
 * transfers broken off on purpose. */
enum role message_role(const struct message_row *r, const struct logged *e);
/* How often it came, when it was more than once, at the end of line y; where that begins. */
int message_times(const struct message_row *r, struct canvas *c, int end, int y);
/* Its time as ui->time has it, in at most 12 columns. */
void message_time(const struct ui *ui, const struct view *v, int row, struct text *out);

/* The file that these blocks are of; NULL: not known. */
const struct transfer *message_transfer(const struct client *c, const struct logged *e);

/* Keys that the screens of messages share. */
unsigned act_message(struct ui *ui);
unsigned act_marked_next(struct ui *ui);
unsigned act_marked_prev(struct ui *ui);
unsigned act_packet_next(struct ui *ui);
unsigned act_packet_prev(struct ui *ui);
unsigned act_packet_go(struct ui *ui);
unsigned act_pane_more(struct ui *ui);
unsigned act_pane_less(struct ui *ui);

/* Rows of every screen that lists messages. */
/* clang-format off */
#define MESSAGE_LIST_KEYS \
	{ PRESS_ENTER, 'd', "Enter", "decode", "this message, field by field, with its bytes", act_message }, \
	{ '.', 0, ".", "fault", "the next message that a finding points at", act_marked_next }, \
	{ ',', 0, ",", NULL, "the one before", act_marked_prev }, \
	{ ':', 0, ":", "frame", "go to a frame by its number", act_packet_go }
/* clang-format on */

#endif
