# SPDX-License-Identifier: GPL-2.0-only
#
# Cellblock. `make help` lists the targets. Everything is built under $(O);
# sources are found by folder, so a new file needs no line here.

ARCH ?= arm64
O ?= build
V ?= 0
KERNEL ?= 6.1
GIC ?= 3
PYTHON ?= /usr/bin/python3
HOSTCC ?= gcc
CLANG ?= clang

ifeq ($(wildcard hv/arch/$(ARCH)),)
$(error ARCH=$(ARCH) is not supported; there are: \
	$(filter-out arm-common fake,$(notdir $(wildcard hv/arch/*))))
endif

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

TRIPLE_arm64 := aarch64-linux-gnu-
TRIPLE_arm := arm-linux-gnueabihf-
TRIPLE_x86 :=
CROSS_COMPILE ?= $(TRIPLE_$(ARCH))
TCC := $(CROSS_COMPILE)gcc
LD := $(CROSS_COMPILE)ld
OBJCOPY := $(CROSS_COMPILE)objcopy

# $(call do,VERB,OUTPUT,COMMAND): the command quietly, or as it is with V=1
ifeq ($(V),1)
do = @mkdir -p $(dir $2) && set -x; $3
KBUILD_QUIET :=
else
do = @printf '  %-7s %s\n' '$1' '$(patsubst $(O)/%,%,$2)'; \
	mkdir -p $(dir $2) && $3
KBUILD_QUIET := -s
endif

WARN := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes \
	-Wvla -Wundef -Wimplicit-fallthrough -Werror
DEP = -MMD -MP -MF $(@:.o=.d)

# ---- downloads: kernels, guest packages, libfdt -----------------------------

KERNELS := 6.1 6.12
META_6.1 := linux-image-arm64
META_6.12 := linux-image-6.12-arm64
KERNEL_STAMPS := $(KERNELS:%=$(O)/kernels/%/.stamp)
SYSROOT := $(O)/sysroot-arm64
LIBFDT_DIR ?= $(O)/libfdt
LIBFDT_STAMP := $(if $(filter $(O)/libfdt,$(LIBFDT_DIR)),$(O)/libfdt/.stamp)
LISTS := $(O)/dl/apt/lists.stamp

$(LISTS):
	@tests/build/fetch-lists.sh $(O)/dl
$(O)/kernels/%/.stamp: | $(LISTS)
	@tests/build/fetch-kernel.sh $(O)/dl $(O)/kernels/$* $(META_$*)
$(SYSROOT)/.stamp: tests/build/fetch-sysroot.sh | $(LISTS)
	@tests/build/fetch-sysroot.sh $(O)/dl $(SYSROOT)
$(O)/libfdt/.stamp: | $(LISTS)
	@tests/build/fetch-libfdt.sh $(O)/dl $(O)/libfdt

$(O)/boards/%/.stamp: tests/build/fetch-boards.sh | $(LISTS)
	@tests/build/fetch-boards.sh $(O)/dl $(O)/boards/$* $*

# ---- the hypervisor ---------------------------------------------------------

# TEST_BUILD=1: with failure injection, in a directory of its own
TEST_BUILD ?= 0
B := $(O)/$(ARCH)$(if $(filter 1,$(TEST_BUILD)),-test)
HV := $(B)/cellblock-$(ARCH)

ARCH_DIRS_arm64 := arm-common arm64
ARCH_DIRS_arm := arm-common arm
ARCH_DIRS_x86 := x86
HV_DIRS := core config drivers $(ARCH_DIRS_$(ARCH):%=arch/%)
HV_SRCS := $(filter-out %.lds.S,\
	$(wildcard $(HV_DIRS:%=hv/%/*.c) hv/arch/$(ARCH)/*.S))
HV_OBJS := $(patsubst %,$(B)/%.o,$(basename $(HV_SRCS)))
FDT_OBJS := $(patsubst %,$(B)/libfdt/%.o,fdt fdt_ro fdt_addresses fdt_strerror)

ARCH_FLAGS_arm64 := -march=armv8-a -mgeneral-regs-only -mstrict-align \
	-mno-outline-atomics
BARE_FLAGS := -std=gnu11 -O2 -g -ffreestanding -nostdinc -fno-pic -fno-pie \
	-fno-stack-protector -fno-common -fno-strict-aliasing \
	-fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections \
	-isystem $(shell $(TCC) -print-file-name=include 2>/dev/null) \
	$(ARCH_FLAGS_$(ARCH))
BARE_LDFLAGS := -nostdlib --gc-sections --no-warn-rwx-segments \
	-z max-page-size=0x1000 --build-id=none --fatal-warnings
HV_FLAGS := $(BARE_FLAGS) $(WARN) -fstack-usage $(if $(filter 1,$(TEST_BUILD)),-DCELLBLOCK_TEST)
HV_INC := -I hv/include -I hv $(ARCH_DIRS_$(ARCH):%=-I hv/arch/%)
# libfdt is for hv/config alone, behind the gate: it need not check it all again
FDT_INC := -I hv/config/freestanding -I $(LIBFDT_DIR) -I hv -idirafter hv/include

hv: $(HV).bin

$(B)/libfdt/%.o: $(LIBFDT_STAMP) Makefile
	$(call do,CC,$@,$(TCC) $(BARE_FLAGS) -w $(DEP) $(FDT_INC) \
		-DFDT_ASSUME_MASK=0xff -c -o $@ $(LIBFDT_DIR)/$*.c)
$(B)/hv/config/%.o: hv/config/%.c $(LIBFDT_STAMP) Makefile
	$(call do,CC,$@,$(TCC) $(HV_FLAGS) $(DEP) $(FDT_INC) -c -o $@ $<)
$(B)/hv/%.o: hv/%.c Makefile
	$(call do,CC,$@,$(TCC) $(HV_FLAGS) $(DEP) $(HV_INC) -c -o $@ $<)
$(B)/hv/%.o: hv/%.S Makefile
	$(call do,AS,$@,$(TCC) $(HV_FLAGS) -D__ASSEMBLY__ $(DEP) $(HV_INC) -c -o $@ $<)
$(B)/%.lds: %.lds.S Makefile
	$(call do,LDS,$@,$(TCC) -E -P -x assembler-with-cpp -D__ASSEMBLY__ \
		$(HV_FLAGS) $(HV_INC) -MMD -MP -MF $@.d -MT $@ -o $@ $<)
$(HV).elf: $(B)/hv/arch/$(ARCH)/hv.lds $(HV_OBJS) $(FDT_OBJS)
	$(call do,LD,$@,$(LD) $(BARE_LDFLAGS) -T $< -o $@ $(filter %.o,$^))
%.bin: %.elf
	$(call do,OBJCOPY,$@,$(OBJCOPY) -O binary $< $@)

# ---- inmates ----------------------------------------------------------------

INMATE_LIB := $(filter-out %.lds.S,\
	$(wildcard inmates/lib/*.c inmates/lib/$(ARCH)/*.[cS]))
INMATE_LIB_OBJS := $(patsubst %,$(B)/%.o,$(basename $(INMATE_LIB)))
INMATES := $(wildcard inmates/demos/*.c inmates/probes/*.c)
INMATE_BINS := $(patsubst %.c,$(B)/inmates/%.bin,$(notdir $(INMATES)))
INMATE_INC := -I inmates/lib -I inmates/lib/$(ARCH) -I hv
INMATE_FLAGS := $(BARE_FLAGS) $(WARN)
INMATE_LDS := $(basename $(wildcard inmates/lib/$(ARCH)/inmate.lds.S))
INMATE_LDS := $(if $(INMATE_LDS),$(B)/$(INMATE_LDS),inmates/lib/$(ARCH)/inmate.lds)

inmates: $(INMATE_BINS)

$(B)/inmates/%.o: inmates/%.c Makefile
	$(call do,CC,$@,$(TCC) $(INMATE_FLAGS) $(DEP) $(INMATE_INC) -c -o $@ $<)
$(B)/inmates/%.o: inmates/%.S Makefile
	$(call do,AS,$@,$(TCC) $(INMATE_FLAGS) -D__ASSEMBLY__ $(DEP) $(INMATE_INC) \
		-c -o $@ $<)
$(B)/inmates/%.elf: $(B)/inmates/demos/%.o $(INMATE_LDS) $(INMATE_LIB_OBJS)
	$(call do,LD,$@,$(LD) $(BARE_LDFLAGS) -T $(INMATE_LDS) -o $@ $(filter %.o,$^))
$(B)/inmates/%.elf: $(B)/inmates/probes/%.o $(INMATE_LDS) $(INMATE_LIB_OBJS)
	$(call do,LD,$@,$(LD) $(BARE_LDFLAGS) -T $(INMATE_LDS) -o $@ $(filter %.o,$^))

# ---- device trees -----------------------------------------------------------

DTBS := $(patsubst dts/%.dts,$(O)/dts/%.dtb,$(wildcard dts/$(ARCH)/*.dts))

dts: $(DTBS)

$(O)/dts/%.dtb: dts/%.dts Makefile
	$(call do,DTC,$@,cpp -nostdinc -undef -x assembler-with-cpp -D__DTS__ \
		-I dts/include -I $(<D) -MMD -MP -MF $(@:.dtb=.d) -MT $@ $< $(@:.dtb=.pp) && \
		dtc -@ -I dts -O dtb -o $@ $(@:.dtb=.pp))

# ---- hosted: the command for this machine and for the guest, tests, fuzzers -

TOOL_SRCS := $(wildcard tools/cli/*.c tools/check/*.c tools/lib/*.c \
	hv/config/*.c)
HOSTED := -std=gnu11 -O2 -g -D_GNU_SOURCE $(WARN) -I hv -I tools -I tools/lib
TOOL_LIBS := -lfdt -lyaml -lncursesw -ltinfo
GUEST := $(O)/arm64/tools
GUEST_CC := $(if $(filter arm64,$(ARCH)),$(TCC),$(TRIPLE_arm64)gcc)
GUEST_FLAGS := -isystem $(SYSROOT)/usr/include \
	-isystem $(SYSROOT)/usr/include/aarch64-linux-gnu
GUEST_LIBS := -static -L $(SYSROOT)/usr/lib/aarch64-linux-gnu $(TOOL_LIBS)
ASAN := -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
# hv/include has a string.h of its own: it comes after the system's
UNIT_INC := -iquote hv/include -iquote hv/core -iquote hv/arch/fake \
	-iquote hv/arch/arm-common -idirafter hv/include -idirafter hv/arch/fake \
	-I tests

HOST_FLAGS :=
UNIT_FLAGS := $(ASAN) $(UNIT_INC) -DCELLBLOCK_TEST
FUZZ_FLAGS := $(ASAN) -fsanitize=fuzzer-no-link $(UNIT_INC)

# $(call hosted,DIR,VERB,COMPILER,NAME OF FLAGS,NEEDS): DIR/x.o from x.c
define hosted
$1/%.o: %.c Makefile | $5
	$$(call do,$2,$$@,$3 $$(HOSTED) $$($4) $$(DEP) -c -o $$@ $$<)
endef
$(eval $(call hosted,$(O)/host/obj,HOSTCC,$(HOSTCC),HOST_FLAGS))
$(eval $(call hosted,$(GUEST)/obj,CC,$(GUEST_CC),GUEST_FLAGS,$(SYSROOT)/.stamp))
$(eval $(call hosted,$(O)/unit/obj,HOSTCC,$(HOSTCC),UNIT_FLAGS))
$(eval $(call hosted,$(O)/fuzz/obj,CLANG,$(CLANG),FUZZ_FLAGS))

tools: $(O)/host/cellblock

$(O)/host/cellblock: $(TOOL_SRCS:%.c=$(O)/host/obj/%.o)
	$(call do,LINK,$@,$(HOSTCC) -o $@ $^ $(TOOL_LIBS))
$(GUEST)/cellblock: $(TOOL_SRCS:%.c=$(GUEST)/obj/%.o)
	$(call do,LINK,$@,$(GUEST_CC) -o $@ $^ $(GUEST_LIBS))

# A test or fuzzer links hv/config, hv/arch/fake, and the sources that its
# line "/* LINK: hv/core/s2.c tools/check/ … */" names, files and whole folders.
LIB_SRCS := $(wildcard hv/config/*.c hv/arch/fake/*.c)
linked_words = $(shell sed -n 's:^/\* LINK\:\(.*\)\*/:\1:p' $1)
linked = $(filter %.c,$(linked_words)) \
	$(wildcard $(patsubst %/,%/*.c,$(filter %/,$(linked_words))))
UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

LINK_unit = $(HOSTCC) $(ASAN) -o $@ $^ -lcmocka -lfdt
LINK_fuzz = $(CLANG) $(ASAN) -fsanitize=fuzzer -o $@ $^ -lfdt -lyaml

# $(call library,KIND), $(call program,KIND,NAME) with KIND = unit or fuzz
define library
$(O)/$1/lib.a: $(LIB_SRCS:%.c=$(O)/$1/obj/%.o)
	$$(call do,AR,$$@,rm -f $$@ && ar rcs $$@ $$^)
endef
define program
$(O)/$1/$2: $(patsubst %.c,$(O)/$1/obj/%.o,tests/$1/$2.c $(call linked,tests/$1/$2.c)) \
		$(O)/$1/lib.a
	$$(call do,LINK,$$@,$$(LINK_$1))
endef
$(foreach k,unit fuzz,$(eval $(call library,$k)))
$(foreach t,$(UNIT_TESTS),$(eval $(call program,unit,$t)))
$(foreach t,$(FUZZERS),$(eval $(call program,fuzz,$t)))

unit: $(UNIT_TESTS:%=$(O)/unit/%)
fuzzers: $(FUZZERS:%=$(O)/fuzz/%)

# ---- the Linux module -------------------------------------------------------

KMOD_SRCS := $(wildcard kmod/*.[chS] kmod/Kbuild)
KMOD_DEPS := $(KMOD_SRCS) $(wildcard hv/abi/*.h) Makefile
# kbuild has an O= of its own, which ours must not become
KBUILD = $(MAKE) $(KBUILD_QUIET) O= ARCH=$(ARCH) CROSS_COMPILE=$(CROSS_COMPILE) \
	KCFLAGS="-Werror -I$(abspath $(@D))" CONFIG_DEBUG_INFO_BTF_MODULES= \
	M=$(abspath $(@D)) $(KMOD_MAKEFLAGS)

# kbuild writes beside the sources, so it gets links to them
define module_in
	$(call do,KMOD,$@,ln -sfn $(addprefix $(CURDIR)/,$(KMOD_SRCS) hv/abi) $(@D)/ && \
		$(KBUILD) -C $1 modules)
endef
$(O)/kmod/arm64-%/cellblock.ko: $(O)/kernels/%/.stamp $(KMOD_DEPS)
	$(call module_in,$(O)/kernels/$*/build)
	@cp $(<D)/release $(@D)/release
$(O)/kmod/custom/cellblock.ko: $(KMOD_DEPS) FORCE
	$(call module_in,$(KDIR))

ALL_MODULES := $(if $(KMOD_SRCS),$(KERNELS:%=$(O)/kmod/arm64-%/cellblock.ko))
modules: $(if $(KDIR),$(O)/kmod/custom/cellblock.ko,$(ALL_MODULES))

# ---- the guest's file system ------------------------------------------------

# programs that only tests use, e.g. to call the module past the command
GUEST_TESTS := $(patsubst tests/qemu/guest/%.c,$(O)/arm64/guest-bin/%,\
	$(filter-out $(patsubst %.lds,%.c,$(wildcard tests/qemu/guest/*.lds)),\
	$(wildcard tests/qemu/guest/*.c)))
# names in the module's requests need no NUL at the end
$(GUEST)/obj/tests/%.o: GUEST_FLAGS += -Wno-stringop-truncation
$(O)/arm64/guest-bin/%: $(GUEST)/obj/tests/qemu/guest/%.o
	$(call do,LINK,$@,$(GUEST_CC) -static -o $@ $^)

GUEST_FILES := $(SYSROOT)/.stamp $(INMATE_BINS) $(GUEST_TESTS) $(wildcard dts/include/*) \
	$(DTBS) $(if $(wildcard tools/cli/*.c),$(GUEST)/cellblock) \
	$(wildcard tests/qemu/*.sh tests/qemu/guest/*-demo.dts schemas/*/*.yaml)
# $(call initramfs,SUFFIX): for each kernel, with the build of that suffix
define initramfs
$(O)/arm64/initramfs-%$1.cpio: $(GUEST_FILES) \
		$(if $(KMOD_SRCS),$(O)/kmod/arm64-%/cellblock.ko) \
		$(O)/arm64$1/cellblock-arm64.bin | $(O)/kernels/%/.stamp
	$$(call do,CPIO,$$@,tests/qemu/mkinitramfs.sh $$@ $(SYSROOT) $(O)/arm64 \
		$(O)/kmod/arm64-$$* $(O)/arm64$1/cellblock-arm64.bin)
endef
$(eval $(call initramfs,))
$(eval $(call initramfs,-test))
ifneq ($(TEST_BUILD),1)
$(O)/arm64-test/cellblock-arm64.bin: FORCE
	@$(MAKE) TEST_BUILD=1 hv
endif

guest: $(KERNELS:%=$(O)/arm64/initramfs-%.cpio)
guest-test: $(KERNELS:%=$(O)/arm64/initramfs-%-test.cpio)

# ---- benchmarks -------------------------------------------------------------

include tests/bench/bench.mk

# ---- what people type -------------------------------------------------------

all: hv tools inmates dts $(if $(wildcard $(KERNEL_STAMPS)),modules)
.DEFAULT_GOAL := all

RUN := O=$(abspath $(O)) KERNEL=$(KERNEL) GIC=$(GIC) PYTHONDONTWRITEBYTECODE=1

deps:
	@tests/build/deps.sh

# deps may install the compiler, so what needs one starts in a second make
demo: deps
	@$(MAKE) all guest
	@$(RUN) $(PYTHON) tests/qemu/demo.py
bench: deps
	@$(MAKE) all bench-guest
	@$(RUN) $(PYTHON) tests/bench/bench.py
shell debug: deps
	@$(MAKE) all $(O)/arm64/initramfs-$(KERNEL).cpio
	@$(RUN) tests/qemu/$@.sh
lint: deps
	@$(MAKE) $(KERNEL_STAMPS)
	@$(RUN) $(PYTHON) tests/build/run_tests.py lint
test: deps
	@$(MAKE) $(KERNEL_STAMPS)
	@$(RUN) $(PYTHON) tests/build/run_tests.py all
fuzz: deps
	@$(MAKE) fuzzers
	@$(RUN) $(PYTHON) tests/build/run_tests.py fuzz-long

# all that `make test` runs
test-build: all modules unit fuzzers guest guest-test bench-guest \
	$(O)/boards/arm64/.stamp

PREFIX ?= /usr/local
MAN := $(wildcard tools/cli/*.[158])
# The command for the machine that the hypervisor is for; a cross compiler
# makes the guest's, which is linked statically.
IS_CROSS = $(filter-out $(shell $(HOSTCC) -dumpmachine),$(shell $(TCC) -dumpmachine))
COMMAND_arm64 = $(if $(IS_CROSS),$(GUEST)/cellblock)
COMMAND = $(or $(COMMAND_$(ARCH)),$(if $(IS_CROSS),$(error \
	the command is not cross compiled for ARCH=$(ARCH))),$(O)/host/cellblock)
install: hv
	@$(MAKE) $(COMMAND)
	tests/build/install.sh "$(DESTDIR)$(PREFIX)" "$(DESTDIR)" $(O) $(ARCH) \
		$(COMMAND)

clean:
	rm -rf $(addprefix $(O)/,arm64 arm64-test bench host unit fuzz dts kmod logs)
distclean:
	rm -rf $(O)

help:
	@sed -n 's/^# *| //p' Makefile

# | make               hypervisor, command, inmates, descriptions (, modules)
# | make demo          the whole life cycle on a stock kernel in QEMU
# | make test          every test; lint, unit, fuzz, machines
# | make bench         costs in instructions, beside the peer's
# | make lint          style and structure checks alone
# | make fuzz          long fuzzing of all that reads files (FUZZ_TIME=600)
# | make shell         a guest with all of it installed, interactive
# | make debug         the same, stopped, with gdb and the hypervisor's symbols
# | make modules       the module for Debian's kernels, or for KDIR=
# | make install       into DESTDIR= and PREFIX=/usr/local
# | make deps          install the Debian packages that are missing
# | make clean         all but the downloads; make distclean: all
# |
# | ARCH=arm64  CROSS_COMPILE=  O=build  V=1  KDIR=  LIBFDT_DIR=  TEST_BUILD=1
# | KERNEL=6.1|6.12 and GIC=3|2 choose the machine of demo, shell and debug

-include $(shell find $(O) -name '*.d' -path '*/*' -not -path '*/kernels/*' \
	-not -path '*/dl/*' -not -path '*/sysroot*' -type f 2>/dev/null)

FORCE:
.PHONY: FORCE all hv tools inmates dts modules unit fuzzers guest guest-test \
	deps demo bench shell debug lint test test-build fuzz install clean \
	distclean help
