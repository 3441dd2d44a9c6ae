#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# fetch-lists.sh DL: the private apt's package lists, before parallel fetches

set -eu
DL=$(realpath -m "$1")
. "$(dirname "$0")/apt.sh"
apt_setup
