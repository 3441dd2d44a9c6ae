# SPDX-License-Identifier: GPL-2.0-only
"""Who may include whom.

Each folder is an area; a file may include its own area, the areas that ALLOWED
gives it, and the outside headers that OUTSIDE gives it. The longest matching
folder decides. Arrows point down: arch -> core -> config -> abi.
"""

import posixpath
import re

FREESTANDING = ("stdint.h", "stdbool.h", "stddef.h", "stdarg.h")
ANY = ("*",)

# area: (areas it may include, outside headers it may include)
RULES = {
    "hv/abi": ((), ("stdint.h",)),
    "hv/config": (("hv/abi", "hv/config/freestanding"),
                  FREESTANDING + ("libfdt.h", "libfdt_env.h", "string.h")),
    "hv/config/freestanding": ((), FREESTANDING),
    "hv/include": (("hv/include/arch", "hv/config", "hv/abi"), FREESTANDING),
    "hv/include/arch": (("hv/include", "hv/config", "hv/abi", "hv/arch/"),
                        FREESTANDING),
    "hv/core": (("hv/include", "hv/include/arch", "hv/config", "hv/abi"),
                FREESTANDING),
    "hv/drivers": (("hv/include", "hv/include/arch"), FREESTANDING),
    "hv/arch/arm-common": (("hv/include", "hv/include/arch", "hv/abi",
                            "hv/config", "hv/arch/own"), FREESTANDING),
    "hv/arch/arm64": (("hv/include", "hv/include/arch", "hv/abi",
                       "hv/config", "hv/arch/arm-common"), FREESTANDING),
    "hv/arch/arm": (("hv/include", "hv/include/arch", "hv/abi",
                     "hv/config", "hv/arch/arm-common"), FREESTANDING),
    "hv/arch/x86": (("hv/include", "hv/include/arch", "hv/abi",
                     "hv/config"), FREESTANDING),
    "hv/arch/fake": (("hv/include", "hv/include/arch", "hv/abi",
                      "hv/config"), ANY),
    "kmod": (("hv/abi",), ("linux/*", "asm/*", "uapi/*")),
    "tools": (("hv/abi", "hv/config"), ANY),
    "inmates": (("hv/abi",), FREESTANDING),
    "tests": (ANY, ANY),
}

# private to their area, whoever else may include it
PRIVATE = {"hv/config/internal.h": "hv/config"}
# what a driver must not know, although it is a core header
DENIED = {"hv/drivers": ("hv/include/cell.h", "hv/include/pcpu.h")}


def area_of(path):
    folder = posixpath.dirname(path)
    while folder and folder not in RULES:
        folder = posixpath.dirname(folder)
    return folder


def resolve(name, path, files):
    """The file in the tree that an #include names, or None."""
    area = area_of(path)
    folders = [posixpath.dirname(path)]
    if path.startswith(("hv/", "tests/")):
        folders += ["hv/include"]
    if area.startswith("hv/arch/"):
        folders += [area, "hv/arch/arm-common"]
    if area == "inmates":
        folders += ["inmates/lib", "inmates/lib/arm64", "inmates/lib/arm",
                    "inmates/lib/x86", "inmates/lib/x86/64",
                    "inmates/demos/arm64", "inmates/probes",
                    "inmates/probes/arm64"]
    if area == "tools":
        folders += ["tools", "tools/lib"]
    if area == "kmod":
        folders += ["kmod"]
    folders += ["hv", *sorted(a for a in RULES if a.startswith("hv/arch/"))]
    for folder in folders:
        candidate = posixpath.normpath(posixpath.join(folder, name))
        if candidate in files:
            return candidate
    # core's private headers reached by a path that -I does not give
    for folder in ("hv/core", "hv/drivers"):
        if f"{folder}/{name}" in files and not name.count("/"):
            return f"{folder}/{name}"
    return None


def outside_allowed(name, allowed):
    return any(a == "*" or a == name or
               (a.endswith("/*") and name.startswith(a[:-1]))
               for a in allowed)


def allowed(area, path, target):
    areas, _ = RULES[area]
    other = area_of(target)
    if target in DENIED.get(area, ()):
        return False
    if target in PRIVATE and PRIVATE[target] != area and area != "tests":
        return False
    if area == "hv/arch/arm-common" and other in ("hv/arch/arm",
                                                  "hv/arch/arm64"):
        return "hv/arch/own" in areas   # the same name on either side
    return other == area or "*" in areas or other in areas or any(
        a.endswith("/") and other.startswith(a) for a in areas)


def check_includes(tree):
    """Includes follow the table of areas."""
    files = set(tree.files)
    for path in tree.c_files(suffixes=(".c", ".h", ".S")):
        area = area_of(path)
        if not area:
            continue
        for number, line in enumerate(tree.text(path).splitlines(), 1):
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if not match:
                continue
            name = match.group(2)
            quoted = match.group(1) == '"'
            system = not quoted and outside_allowed(name, RULES[area][1]) \
                and "*" not in RULES[area][1]
            target = None if system else resolve(name, path, files)
            if not quoted and "*" in RULES[area][1] and "/" not in name:
                target = None       # <string.h> of a hosted file
            if target is None:
                if not system and not outside_allowed(name, RULES[area][1]):
                    yield f"{path}:{number}: {area} may not include {name}"
            elif not allowed(area, path, target):
                yield f"{path}:{number}: {area} may not include {target}"
