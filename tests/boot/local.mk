# SPDX-License-Identifier: BSD-2-Clause
# make check-boot: Linux itself as client. Not part of make check: boot-kernels has to be made once, which fetches
# Debian's packages and takes minutes.
EXTRA_DIST += %reldir%/check_boot.tap %reldir%/client.sh %reldir%/debian.py %reldir%/kernel.py %reldir%/kernels.sh %reldir%/life.sh %reldir%/scribble.py \
	%reldir%/uml.config %reldir%/workload.sh

BOOT_KERNELS ?= $${XDG_CACHE_HOME:-$$HOME/.cache}/bootscope/kernels

.PHONY: check-boot boot-kernels
check-boot: all
	@$(AM_TESTS_ENVIRONMENT) BOOT_KERNELS=$(BOOT_KERNELS) $(SHELL) $(srcdir)/%reldir%/check_boot.tap
boot-kernels:
	@$(SHELL) $(srcdir)/%reldir%/kernels.sh $(BOOT_KERNELS)
