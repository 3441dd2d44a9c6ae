# SPDX-License-Identifier: GPL-2.0-only
#
# A private apt: package lists, cache and state live under $DL; the host's
# dpkg and apt state is read for nothing but the sources and their keys.
# Sourced by the fetch scripts; wants DL (absolute) and maybe APT_ARCH, the
# architecture of the packages (arm64), and APT_PARTIAL=1, to go on with the
# lists that could be fetched; leaves the functions
#
#   apt_setup             lists up to date (once per DL)
#   apt_download PKG…     into $DL/debs, one file per package; prints nothing
#   apt_deb PKG           the path of the downloaded file of PKG
#   apt_first_dep PKG RE  the first dependency of PKG that matches RE, without
#                         its architecture
#   apt_name PKG ARCH     what the others call the package PKG of ARCH

APT_CONF=$DL/apt/apt.conf
APT_ARCH=${APT_ARCH:-arm64}
HOST_ARCH=$(dpkg --print-architecture)

say()
{
	printf '  %-8s%s\n' "$1" "$2"
}

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# retry COMMAND…: a mirror that fails once usually answers the second time.
retry()
{
	for pause in 2 5 15 0; do
		"$@" && return 0
		test $pause = 0 || sleep $pause
	done
	return 1
}

# The host's own Debian sources, third-party ones left out; without any,
# Debian's redirector.
apt_sources()
{
	. /etc/os-release
	dir=$DL/apt/sources.list.d
	rm -rf "$dir"
	mkdir -p "$dir"
	cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
		sed 's/arch=[a-z0-9,]*//' |
		awk -v suite="$VERSION_CODENAME" '
			$1 != "deb" { next }
			{
				line = $0
				sub(/\[[^]]*\]/, "")
				if ($3 ~ "^(" suite "|stable)([-/]|$)")
					print line
			}' >"$dir/host.list"
	for f in /etc/apt/sources.list.d/*.sources; do
		test -e "$f" || continue
		awk -v RS= -v suite="$VERSION_CODENAME" '
			$0 ~ "(^|\n)Suites:[^\n]* ?(" suite "|stable)([-/ \n]|$)" {
				gsub(/(^|\n)Architectures:[^\n]*/, "")
				print $0 "\n"
			}' "$f" >"$dir/$(basename "$f")"
	done
	if test -z "$(cat "$dir"/*)"; then
		for s in "debian $VERSION_CODENAME" \
			 "debian $VERSION_CODENAME-updates" \
			 "debian-security $VERSION_CODENAME-security"; do
			echo "deb http://deb.debian.org/$s main"
		done >"$dir/host.list"
	fi
	find "$dir" -size 0 -delete
}

apt_setup()
{
	test -e "$DL/apt/lists.stamp" && return
	mkdir -p "$DL/apt/state/lists/partial" "$DL/apt/cache/archives/partial" \
		"$DL/apt/log" "$DL/debs"
	: >"$DL/apt/state/status"
	apt_sources
	also=
	for a in amd64 $HOST_ARCH; do
		case "$APT_ARCH $also" in *$a*) ;; *) also="$also\"$a\"; " ;; esac
	done
	cat >"$APT_CONF" <<-CONF
	#clear APT::Update;
	#clear DPkg;
	#clear APT::Architectures;
	APT::Architecture "$APT_ARCH";
	APT::Architectures { "$APT_ARCH"; $also };
	APT::Sandbox::User "root";
	Acquire::Languages "none";
	Acquire::Retries "3";
	Dir::State "$DL/apt/state";
	Dir::State::status "$DL/apt/state/status";
	Dir::Cache "$DL/apt/cache";
	Dir::Log "$DL/apt/log";
	Dir::Etc::sourcelist "/dev/null";
	Dir::Etc::sourceparts "$DL/apt/sources.list.d";
	CONF
	say APT "package lists (private, $DL/apt)"
	retry apt-get -c "$APT_CONF" -qq update >"$DL/apt/update.log" 2>&1 ||
			test -n "${APT_PARTIAL:-}" || {
		cat "$DL/apt/update.log" >&2
		die "cannot fetch the package lists"
	}
	touch "$DL/apt/lists.stamp"
}

apt_first_dep()
{
	apt-cache -c "$APT_CONF" depends --no-recommends --no-suggests "$1" |
		sed -n 's/^ *|\{0,1\}Depends: *<\{0,1\}\([^:>]*\).*/\1/p' |
		grep -E -m1 "^$2" ||
		die "package $1 has no dependency that matches $2"
}

# Those of the first architecture have the name that apt gives them
apt_name()
{
	test "$2" = "$APT_ARCH" && echo "$1" || echo "$1:$2"
}

apt_deb()
{
	cat "$DL/debs/$(echo "$1" | tr : _).path" 2>/dev/null ||
		die "package $1 was not downloaded"
}

apt_download_one()
{
	tmp=$(mktemp -d "$DL/debs/tmp.XXXXXX")
	if (cd "$tmp" && apt-get -c "$APT_CONF" -qq download "$1") \
			>"$tmp/log" 2>&1; then
		deb=$(basename "$tmp"/*.deb)
		mv "$tmp/$deb" "$DL/debs/$deb"
		echo "$DL/debs/$deb" >"$DL/debs/$(echo "$1" | tr : _).path"
		rm -rf "$tmp"
		return 0
	fi
	cat "$tmp/log" >&2
	rm -rf "$tmp" "$DL/apt/lists.stamp"	# old lists name lost files
	apt_setup
	return 1
}

apt_download()
{
	for p in "$@"; do
		path=$DL/debs/$(echo "$p" | tr : _).path
		test -e "$path" && test -e "$(cat "$path")" && continue
		say FETCH "$p"
		retry apt_download_one "$p" || die "cannot fetch package $p"
	done
}
