#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What a user's programs do to a directory of an NFS server, as TAP without a plan. To be sourced inside a client, by who
# has mounted it and says:
#
#   title      what stands before the names of all tests
#   folder     where on the mount to work
#   other      the same folder by a mount of its own, with caches of its own
#   tree       an archive of sources
#   python     scribble.py
#   remount    a function after which nothing is cached
#   address    ours
#   deaths     who is killed in the middle: server (all of it), or worker (the process of its NFS part)
#   ask        a function: the harness does what its words say before it returns
#
# and calls workload PART...: the functions part_* below.
#
# shellcheck disable=SC2012,SC2154 # names of ours alone; said by others
export LC_ALL=C TZ=UTC HOME=/nonexistent
log=${TMPDIR:=/run}/log.$$

# check NAME COMMAND...: the command, in the folder, stops at its first failure.
check() {
	name=$1
	shift
	(cd "$folder" && set -e && "$@") </dev/null >"$log" 2>&1
	rc=$?
	if [ $rc -eq 0 ]; then
		echo "ok - $title: $name"
	else
		echo "not ok - $title: $name"
		tail -n 25 "$log" | sed 's/^/# /'
		echo "# exit $rc"
	fi
}

# fails WORDS COMMAND...: it has to fail, and say so.
fails() {
	words=$1
	shift
	if said=$("$@" 2>&1); then
		echo "went well: $*"
		return 1
	fi
	case $said in
	*"$words"*) ;;
	*)
		echo "not \"$words\": $said"
		return 1
		;;
	esac
}

# as UID:GID[,GROUP...] COMMAND...: another user.
as() {
	ids=$1
	shift
	gid=${ids#*:}
	case $gid in
	*,*) setpriv --reuid "${ids%%:*}" --regid "${gid%%,*}" --groups "${gid#*,}" "$@" ;;
	*) setpriv --reuid "${ids%%:*}" --regid "$gid" --clear-groups "$@" ;;
	esac
}

# again [FOLDER]: there, with nothing cached.
again() { cd / && remount && cd "$folder/${1-.}"; }

sums() { (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum); }
is() { [ "$1" = "$2" ] || { echo "\"$1\" is not \"$2\"" && return 1; }; }
same_tree() { sums "$1" >"$TMPDIR/a" && sums "$2" >"$TMPDIR/b" && cmp "$TMPDIR/a" "$TMPDIR/b" && [ -s "$TMPDIR/a" ]; }

part_tree() {
	check "an archive is unpacked, and is whole for who has not cached it" unpack
	check "a library and a program are built from it, and the program runs" build
	check "cp -a keeps a tree: contents, modes, times, links" copy
	check "the tree is packed again, and compares" pack
	check "the tree is removed" eval 'rm -r source copied && [ ! -e source ]'
}
unpack() {
	mkdir source "$TMPDIR/source"
	tar -xf "$tree" -C source
	tar -xf "$tree" -C "$TMPDIR/source"
	again
	same_tree source "$TMPDIR/source"
}
build() {
	cd source
	cat >makefile <<-END
	objects = \$(patsubst %.c,%.o,\$(wildcard src/base/*.c))
	all: hello
	%.o: %.c; cc -std=c11 -O1 -Isrc/base -c -o \$@ \$<
	libbase.a: \$(objects); ar cr \$@ \$(objects)
	hello: hello.o libbase.a; cc -o \$@ hello.o libbase.a
	END
	cat >hello.c <<-END
	#include "text.h"
	#include <stdio.h>
	int main(void) { return puts("hello") < 0; }
	END
	make -j2
	again source
	is "$(./hello)" hello
	# all that it wrote is as old as it says
	make -q
}
copy() {
	chmod 751 source/src
	touch -d '2001-02-03 04:05:06.123456' source/src
	ln -s src source/link
	cp -a source copied
	again
	same_tree source copied
	(cd source && find . -printf '%p %y %m %s %l %Tc\n') | sort >"$TMPDIR/a"
	(cd copied && find . -printf '%p %y %m %s %l %Tc\n') | sort >"$TMPDIR/b"
	grep -v ' d ' "$TMPDIR/a" >"$TMPDIR/c"
	grep -v ' d ' "$TMPDIR/b" | diff "$TMPDIR/c" -
	is "$(stat -c '%a %Y' copied/src)" "751 981173106"
}
pack() {
	tar -cf packed.tar -C source .
	tar -df packed.tar -C copied
	rm packed.tar
}

part_names() {
	check "files are renamed, over others too, and directories" renames
	check "an open file that was removed, or renamed over, is still read" removed
	check "hard links count" links
	check "symbolic links of 1000 bytes" symlinks
	check "names of 255 bytes, and none of 256" long_names
	check "any byte stands in a name" odd_names
	check "what may not be is refused by its reason" refused
	check "devices, pipes and sockets" devices
}
renames() {
	echo a >a && echo b >b
	mv a b
	is "$(cat b)" a
	mkdir -p d1/sub d2
	mv d1/sub d2/moved
	mv b d2/moved/c
	mv -T d2 d1
	again
	is "$(cat d1/moved/c)" a
	is "$(ls d1/moved/..)" moved
	rm -r d1
}
removed() {
	echo first >a && echo second >b
	exec 3<a 4<b
	rm a
	echo third >c
	mv c b
	is "$(cat <&3)" first
	is "$(cat <&4)" second
	exec 3<&- 4<&-
	is "$(cat b)" third
	rm b
	# what the client had kept of them under names of its own is gone with the last who had them open
	is "$(ls -A)" ""
}
links() {
	echo x >a
	for i in 1 2 3 4 5; do ln a "l$i"; done
	is "$(stat -c %h a)" 6
	is "$(stat -c %i l5)" "$(stat -c %i a)"
	fails "File exists" ln a l1
	rm a l1
	echo y >>l2
	is "$(stat -c '%h %s' l5)" "4 4"
	rm l?
}
symlinks() {
	long=$(printf '%01000d' 7)
	ln -s "$long" s
	ln -s ../nowhere dangling
	again
	is "$(readlink s)" "$long"
	is "$(stat -c '%F %s' s)" "symbolic link 1000"
	is "$(readlink dangling)" ../nowhere
	rm s dangling
}
long_names() {
	name=$(printf '%0255d' 1)
	echo long >"$name"
	mkdir "${name%1}2"
	mv "$name" "${name%1}2/$name"
	again
	is "$(cat "${name%1}2/$name")" long
	is "$(ls "${name%1}2")" "$name"
	fails "File name too long" mkdir "0$name"
	rm -r "${name%1}2"
}
odd_names() {
	tab=$(printf 'a\tb\nc\377\001 *?\\"')
	mkdir odd
	for n in "$tab" ' ' '-n' '...' 'é' "$(printf '\177')"; do echo "$n" >"odd/$n"; done
	is "$(find odd -type f | tr -cd / | wc -c)" 6
	is "$(cat "odd/$tab")" "$tab"
	rm -r odd
}
refused() {
	mkdir -p d/e
	echo x >f
	fails "Directory not empty" rmdir d
	fails "Not a directory" rmdir f
	fails "Is a directory" unlink d
	fails "File exists" mkdir d
	fails "subdirectory of itself" mv d d/e/f
	fails "Not a directory" cat f/x
	fails "No such file" cat d/x
	fails "Is a directory" sh -c ': >d'
	rm -r d f
}
devices() {
	mknod null c 1 3
	mknod disk b 259 70000
	mkfifo -m 640 pipe
	python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
	again
	is "$(stat -c '%F %t %T' null disk)" "character special file 1 3
block special file 103 11170"
	is "$(stat -c '%F %a' pipe)" "fifo 640"
	is "$(stat -c %F socket)" socket
	echo gone >null
	is "$(cat null)" ""
	echo through >pipe &
	is "$(cat pipe)" through
	wait
	rm null disk pipe socket
}

part_modes() {
	check "modes, owners and times are kept" attributes
	check "another user may what his ids and groups let him" permissions
	check "who has a file open goes on with it, whatever its mode became" open_modes
	check "df, and how long names may be" space
}
attributes() {
	echo x >f
	chown 1234:4321 f
	chmod 6751 f
	touch -a -d '1999-12-31 23:59:59.5' f
	touch -m -d '2033-05-18 03:33:20.25' f
	again
	is "$(stat -c '%a %u %g %s' f)" "6751 1234 4321 2"
	is "$(stat -c '%X %Y' f)" "946684799 2000000000"
	# a write takes away what would make the program somebody else
	chmod 6777 f
	as 99:99 sh -c 'echo y >>f'
	is "$(stat -c %a f)" 777
	before=$(stat -c %Z f)
	touch f
	[ "$(stat -c %Z f)" -ge "$before" ]
	[ "$(($(date +%s) - $(stat -c %Y f)))" -lt 100 ]
	mkdir -m 2775 group
	chgrp 777 group
	chmod g+s group
	echo x >group/f
	mkdir group/d
	is "$(stat -c %g group/f group/d | uniq)" 777
	is "$(stat -c %a group/d)" 2755
	rm -r f group
}
permissions() {
	mkdir -m 777 open
	mkdir -m 1777 sticky
	mkdir -m 700 closed
	echo secret >closed/f
	echo all >all && chmod 644 all
	echo group >group && chgrp 50 group && chmod 660 group
	as 1000:1000 cat all
	fails "Permission denied" as 1000:1000 sh -c 'echo x >>all'
	fails "Permission denied" as 1000:1000 cat closed/f
	fails "Permission denied" as 1000:1000 cat group
	is "$(as 1000:50 cat group)" group
	is "$(as 1000:1000,40,50,60 cat group)" group
	as 1000:1000,50 sh -c 'echo more >>group'
	as 1000:1000 sh -c 'echo mine >open/f; echo mine >sticky/f'
	is "$(stat -c %u:%g open/f)" 1000:1000
	fails "not permitted" as 1001:1001 rm sticky/f
	as 1001:1001 rm -f open/f
	fails "not permitted" as 1001:1001 chmod 777 sticky/f
	fails "not permitted" as 1000:1000 chown 1001 sticky/f
	fails "Permission denied" as 1000:1000 touch x
	fails "not permitted" as 1000:1000 ln -T all open/l || as 1000:1000 sh -c 'rm open/l'
	# who may write may say "now", and nobody else's time
	chmod 666 all
	as 1000:1000 touch all
	fails "not permitted" as 1000:1000 touch -d 2001-01-01 all
	rm -r open sticky closed all group
}
open_modes() {
	mkdir -m 777 d
	# as git makes its objects
	as 1000:1000 sh -c 'umask 377; exec 3>d/f; echo one >&3; sleep 0.1; echo two >&3'
	is "$(stat -c '%a %s' d/f)" "400 8"
	as 1000:1000 sh -c 'exec 3<>d/g; echo one >&3; chmod 0 d/g; sync d; echo two >&3'
	is "$(stat -c '%a %s' d/g)" "0 8"
	rm -r d
}
space() {
	df . && df -i .
	[ "$(df --output=size . | tail -n 1)" -gt 1000 ]
	[ "$(df --output=avail . | tail -n 1)" -gt 1000 ]
	is "$(getconf NAME_MAX .)" 255
}

part_many() {
	check "10000 files in one directory: all are listed" many
	check "all are removed while they are listed" many_gone
}
many() {
	mkdir many
	(cd many && seq -f file-%.0f 10000 | xargs touch)
	again
	is "$(ls many | sort -u | wc -l)" 10000
	is "$(find many -type f -size 0 | wc -l)" 10000
}
many_gone() {
	python3 "$python" unlink many 5000
	is "$(ls many | wc -l)" 5000
	rm -r many
	is "$(ls)" ""
}

part_git() { check "git: init, add, commit, gc, fsck, clone" repository; }
repository() {
	mkdir work
	tar -xf "$tree" -C work
	cd work
	git init -q .
	git config user.name x
	git config user.email x@localhost
	git add .
	git commit -q -m first
	echo more >>src/base/text.c
	git commit -q -a -m second
	git gc -q
	git fsck --full --strict
	git status --porcelain >"$TMPDIR/status"
	[ ! -s "$TMPDIR/status" ]
	again work
	git fsck --full --strict
	git clone -q . ../clone
	diff -r --exclude=.git . ../clone
	cd ..
	rm -rf work clone
}

part_data() {
	check "a file above 4 GiB, with holes" big
	check "random reads, writes, cuts and mappings agree with memory" python3 "$python" scribble f 1500
	check "the same past the cache (O_DIRECT)" python3 "$python" scribble f 300 direct
	check "what was written into a mapping is there" mapping
	check "of many who create a file for themselves one does" python3 "$python" exclusive e 40
	check "with nolock, locks hold among the programs of this client" python3 "$python" locks l
	check "appending, cutting, and appending again" append
	rm -f "$folder/f" "$folder/l" "$folder/m"
}
big() {
	truncate -s 4200M big
	printf begin | dd of=big conv=notrunc status=none
	printf across | dd of=big conv=notrunc status=none bs=1 seek=4294967293
	printf end >>big
	again
	is "$(stat -c %s big)" 4404019203
	is "$(tail -c 3 big)" end
	is "$(dd if=big status=none bs=1 skip=4294967293 count=6)" across
	is "$(head -c 5 big)" begin
	is "$(dd if=big status=none bs=1M skip=3000 count=2 | tr -d '\0' | wc -c)" 0
	[ "$(du -k big | cut -f 1)" -lt 100000 ]
	truncate -s 4294967296 big
	is "$(tail -c 3 big)" acr
	rm big
}
mapping() {
	python3 "$python" mapping m
	before=$(sha256sum <m)
	again
	is "$(sha256sum <m)" "$before"
}
append() {
	for i in 1 2 3 4 5 6 7 8 9; do echo "line $i" >>log; done
	truncate -s 21 log
	echo end >>log
	is "$(tr '\n' , <log)" "line 1,line 2,line 3,end,"
	rm log
}

# v2: offsets of 31 bits, times in microseconds
part_data2() {
	check "random reads, writes, cuts and mappings agree with memory" python3 "$python" scribble f 1000
	check "what was written into a mapping is there" mapping
	check "of many who create a file for themselves one does" python3 "$python" exclusive e 20
	check "appending, cutting, and appending again" append
	rm -f "$folder/f" "$folder/m"
}

part_two() {
	check "what one mount writes, the other reads once it opens" two_open
	check "two mounts append to a file in turns" two_append
	check "a file that the other mount removed is stale, and the next of its name is not" two_stale
	check "a directory changes under who lists it" two_list
}
two_open() {
	for i in 1 2 3 4 5 6 7 8 9; do
		echo "$i" >f
		is "$(cat "$other/f")" "$i"
		echo "$i and more" >"$other/f"
		is "$(cat f)" "$i and more"
	done
	mv f g
	is "$(cat "$other/g")" "9 and more"
	rm "$other/g"
	fails "No such file" cat g
}
two_append() {
	python3 "$python" turns log turn 60 a &
	python3 "$python" turns "$other/log" "$other/turn" 60 b
	wait $!
	python3 "$python" turned log 60 a b
	rm log
}
two_stale() {
	head -c 300000 /dev/urandom >f
	sync f
	python3 "$python" stale f "$other/f"
	is "$(cat f)" new
	rm f
}
two_list() {
	mkdir many
	(cd many && seq 1000 | xargs touch)
	python3 "$python" listing many "$other/many"
	rm -r many
}

# Beside other clients, who do the same: the harness looks at what comes of it.
part_turns() { check "appends in turns with others" python3 "$python" turns ../turns ../turn 100 "$address"; }

# The server dies without a word and is started again.
part_restart() {
	for who in ${deaths:-server}; do
		check "the $who is killed and started again in the middle of cp: it goes on, and the data is whole" restart "$who"
	done
}
restart() {
	mkdir there
	head -c 25000000 /dev/urandom >"$TMPDIR/data"
	sum=$(sha256sum <"$TMPDIR/data")
	rm -f "$TMPDIR/done"
	(
		ask kill "$1"
		: >"$TMPDIR/done"
	) &
	copies=0 after=0
	while [ $after -lt 2 ]; do
		[ ! -e "$TMPDIR/done" ] || after=$((after + 1))
		copies=$((copies + 1))
		cp "$TMPDIR/data" "there/$((copies % 6))"
		mkdir "there/d$copies"
	done
	wait
	again
	for f in there/?; do
		is "$(sha256sum <"$f")" "$sum"
	done
	is "$(ls -d there/d* | wc -l)" $copies
	rm -r there "$TMPDIR/data"
}

workload() {
	for part in "$@"; do
		"part_$part"
	done
}
