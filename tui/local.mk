# SPDX-License-Identifier: BSD-2-Clause
# Nothing here yet: the screens come with the live view.
