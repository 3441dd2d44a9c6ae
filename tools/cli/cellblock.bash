# SPDX-License-Identifier: GPL-2.0-only
# Completion of cellblock(8) for bash.

# Numbers and names of the cells; "all" with the root cell.
_cellblock_cells()
{
	local dir=${CELLBLOCK_SYSFS:-/sys/devices/cellblock}/cells d id

	for d in "$dir"/*/; do
		id=${d%/}
		id=${id##*/}
		[[ $id == [0-9]* ]] || continue
		[[ $id == 0 && $1 != all ]] && continue
		[[ $1 == names ]] || echo "$id"
		cat "$d/name" 2>/dev/null
	done
}

_cellblock_words()
{
	local IFS=$' \t\n'
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

# Files whose names end in one of the suffixes, and folders.
_cellblock_files()
{
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -X "!*.@($1)" -- "$cur"
				 compgen -d -- "$cur")
}

_cellblock_cell_arg()
{
	if [[ $cur == -* ]]; then
		_cellblock_words "$2 --name --help"
	else
		_cellblock_words "$(_cellblock_cells "$1")"
	fi
}

# Is there a cell among the words before the cursor?
_cellblock_has_cell()
{
	((COMP_CWORD > 3)) && [[ ${COMP_WORDS[3]} != --name ]] ||
		((COMP_CWORD > 4))
}

_cellblock_description()
{
	if [[ $cur == -* ]]; then
		_cellblock_words "-I --include --help"
	else
		_cellblock_files "dts|dtb"
	fi
}

_cellblock_cell()
{
	case ${COMP_WORDS[2]} in
	create) _cellblock_description ;;
	start | shutdown | destroy) _cellblock_cell_arg some "" ;;
	list) _cellblock_words "--json --help" ;;
	stats) _cellblock_cell_arg all "--once --json -i --interval" ;;
	load)
		if ! _cellblock_has_cell; then
			_cellblock_cell_arg some ""
		elif [[ $cur == -* ]]; then
			_cellblock_words "-s --string -a --address --help"
		else
			_cellblock_files "bin"
		fi
		;;
	esac
}

# The ids of the checks, as the command itself lists them.
_cellblock_checks()
{
	_cellblock_words "$("${COMP_WORDS[0]}" config check --list-checks \
		2>/dev/null | sed 's/ .*//')"
}

_cellblock_check()
{
	case $prev in
	--severity) _cellblock_words "note warning error" ;;
	-W | --warning | -E | --error | --no | --explain) _cellblock_checks ;;
	--suppress) ;;
	--suppressions) compopt -o default 2>/dev/null ;;
	--schemas)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		;;
	*)
		if [[ $cur == -* ]]; then
			_cellblock_words "--format --severity -W --warning \
				-E --error --no --suppress --suppressions \
				--schemas --board --image --no-cache \
				--list-checks --explain -v --verbose -I --include --help"
		else
			_cellblock_description
		fi
		;;
	esac
}

_cellblock_config()
{
	if [[ ${COMP_WORDS[2]} == check ]]; then
		_cellblock_check
	elif [[ ${COMP_WORDS[2]} == compile && $cur == -* ]]; then
		_cellblock_words "-o --output -I --include --help"
	elif [[ ${COMP_WORDS[2]} == compile ]]; then
		_cellblock_files "dts"
	elif [[ ${COMP_WORDS[2]} == map && $cur == -* ]]; then
		_cellblock_words "--format -o --output -I --include --help"
	elif [[ ${COMP_WORDS[2]} == show && $cur == -* ]]; then
		_cellblock_words "--json -I --include --help"
	else
		_cellblock_description
	fi
}

_cellblock()
{
	local cur=${COMP_WORDS[COMP_CWORD]}
	local prev=${COMP_WORDS[COMP_CWORD - 1]}

	COMPREPLY=()
	case $prev in
	-s | --string | -a | --address | -i | --interval) return ;;
	-I | --include)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	-o | --output)
		compopt -o default 2>/dev/null
		return
		;;
	--format)
		if [[ ${COMP_WORDS[2]} == check ]]; then
			_cellblock_words "text json sarif github"
		else
			_cellblock_words "text svg html"
		fi
		return
		;;
	--name)
		_cellblock_words "$(_cellblock_cells names)"
		return
		;;
	esac
	if ((COMP_CWORD == 1)); then
		_cellblock_words "enable disable console cell config hardware --help \
			--version"
		return
	fi
	case ${COMP_WORDS[1]} in
	enable) _cellblock_description ;;
	disable) _cellblock_words "--help" ;;
	console) _cellblock_words "-f --follow --help" ;;
	cell)
		if ((COMP_CWORD == 2)); then
			_cellblock_words "create load start shutdown destroy \
				list stats --help"
		else
			_cellblock_cell
		fi
		;;
	hardware)
		if ((COMP_CWORD == 2)); then
			_cellblock_words "check --help"
		elif [[ $prev == --root ]]; then
			compopt -o filenames 2>/dev/null
			mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		elif [[ ${COMP_WORDS[2]} == check ]]; then
			_cellblock_words "--json --root --help"
		fi
		;;
	config)
		if ((COMP_CWORD == 2)); then
			_cellblock_words "check compile map show --help"
		else
			_cellblock_config
		fi
		;;
	esac
}

complete -F _cellblock cellblock
complete -F _cellblock jailhouse
