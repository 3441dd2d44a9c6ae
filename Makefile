# SPDX-License-Identifier: GPL-2.0-only
#
# Cellblock. `make help` lists the targets. Everything is built under $(O);
# sources are found by folder, so a new file needs no line here.

ARCH ?= arm64
O ?= build
V ?= 0
KERNEL ?= 6.1
GIC ?= 3
MACHINE ?= qemu
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
TRIPLE_x86 := x86_64-linux-gnu-
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

# Not every function of a table or of the contract needs all it is given.
WARN := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes \
	-Wvla -Wundef -Wimplicit-fallthrough -Wno-unused-parameter -Werror
# -MD, as contracts of the hypervisor are found as if they were the system's
DEP = -MD -MP -MF $(@:.o=.d)

# ---- downloads: kernels, guest packages, libfdt -----------------------------

# A kernel is in $(O)/kernels/6.1 if it is for arm64, else in x86-6.1
KERNELS_arm64 := 6.1 6.12
KERNELS_x86 := 6.1 6.12 cloud
KERNELS := $(KERNELS_$(ARCH))
KERNEL_OF := $(O)/kernels/$(patsubst arm64-,,$(ARCH)-)
META_6.1 := linux-image-arm64 arm64
META_6.12 := linux-image-6.12-arm64 arm64
META_x86-6.1 := linux-image-amd64 amd64
META_x86-6.12 := linux-image-6.12-amd64 amd64
META_x86-cloud := linux-image-cloud-amd64 amd64
KERNEL_STAMPS := $(KERNELS:%=$(KERNEL_OF)%/.stamp)
DEB_ARCH_arm64 := arm64
DEB_ARCH_x86 := amd64
SYSROOT := $(O)/sysroot-$(ARCH)
LIBFDT_DIR ?= $(O)/libfdt
LIBFDT_STAMP := $(if $(filter $(O)/libfdt,$(LIBFDT_DIR)),$(O)/libfdt/.stamp)
LISTS := $(O)/dl/apt/lists.stamp

$(LISTS):
	@tests/build/fetch-lists.sh $(O)/dl
$(O)/kernels/%/.stamp: | $(LISTS)
	@tests/build/fetch-kernel.sh $(O)/dl $(O)/kernels/$* $(META_$*)
$(SYSROOT)/.stamp: tests/build/fetch-sysroot.sh | $(LISTS)
	@tests/build/fetch-sysroot.sh $(O)/dl $(SYSROOT) $(DEB_ARCH_$(ARCH))
$(O)/libfdt/.stamp: | $(LISTS)
	@tests/build/fetch-libfdt.sh $(O)/dl $(O)/libfdt

$(O)/boards/%/.stamp: tests/build/fetch-boards.sh | $(LISTS)
	@tests/build/fetch-boards.sh $(O)/dl $(O)/boards/$* $*

kernels: $(KERNEL_STAMPS)

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
# in address spaces of its own, below 2 GiB
ARCH_FLAGS_x86 := -m64 -march=x86-64 -mcmodel=small -mno-red-zone \
	-mgeneral-regs-only -fcf-protection=none
BARE_FLAGS := -std=gnu11 -O2 -g -ffreestanding -nostdinc -fno-pic -fno-pie \
	-fno-stack-protector -fno-common -fno-strict-aliasing \
	-fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections \
	-isystem $(shell $(TCC) -print-file-name=include 2>/dev/null) \
	$(ARCH_FLAGS_$(ARCH))
BARE_LDFLAGS := -nostdlib --gc-sections --no-warn-rwx-segments \
	-z max-page-size=0x1000 -z noexecstack --build-id=none --fatal-warnings
HV_FLAGS := $(BARE_FLAGS) $(WARN) -fstack-usage -DPAGE_CAN_FAIL=$(if $(filter 1,$(TEST_BUILD)),1,0)
HV_INC := -I hv/include -I hv $(ARCH_DIRS_$(ARCH):%=-I hv/arch/%)
# libfdt is for hv/config alone, behind the gate: it need not check it all again
FDT_INC := -I hv/config/freestanding -I $(LIBFDT_DIR) -I hv -idirafter hv/include

HV_BIN := $(if $(wildcard hv/arch/$(ARCH)/hv.lds.S),$(HV).bin)

hv: $(HV_BIN)

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

# What is not for all architectures is in folders by their names.
INMATE_ARCH_x86 := x86 x86/64
INMATE_ARCH := $(or $(INMATE_ARCH_$(ARCH)),$(ARCH))
INMATES := $(wildcard inmates/demos/*.c inmates/demos/$(ARCH)/*.c) \
	$(wildcard inmates/probes/*.c inmates/probes/$(ARCH)/*.c)
INMATE_BINS := $(patsubst %.c,$(B)/inmates/%.bin,$(notdir $(INMATES)))
# $(call inmate_lib,FOLDERS), $(call inmate_inc,FOLDERS) of the library
inmate_lib = $(basename $(wildcard inmates/lib/*.c $(1:%=inmates/lib/%/*.[cS])))
inmate_inc = -I inmates/lib $(1:%=-I inmates/lib/%) -I inmates/demos/$(ARCH) \
	-I inmates/probes -I inmates/probes/$(ARCH) -I hv
INMATE_LIB_OBJS := $(patsubst %,$(B)/%.o,$(call inmate_lib,$(INMATE_ARCH)))
INMATE_INC := $(call inmate_inc,$(INMATE_ARCH))
INMATE_FLAGS := $(BARE_FLAGS) $(WARN)
INMATE_LDS := inmates/lib/$(ARCH)/inmate.lds

inmates: $(INMATE_BINS)

$(B)/inmates/%.o: inmates/%.c Makefile
	$(call do,CC,$@,$(TCC) $(INMATE_FLAGS) $(DEP) $(INMATE_INC) -c -o $@ $<)
$(B)/inmates/%.o: inmates/%.S Makefile
	$(call do,AS,$@,$(TCC) $(INMATE_FLAGS) -D__ASSEMBLY__ $(DEP) $(INMATE_INC) \
		-c -o $@ $<)
INMATES32 := $(filter inmates/demos/x86/32-bit-%,$(INMATES))
INMATE_LD = $(LD) $(BARE_LDFLAGS) -T $(INMATE_LDS) -o $@ $(filter %.o,$^)
# $(call inmate_elf,FOLDER/NAME)
define inmate_elf
$(B)/inmates/$(notdir $1).elf: $(B)/$1.o $(INMATE_LDS) $(INMATE_LIB_OBJS)
	$$(call do,LD,$$@,$$(INMATE_LD))
endef
$(foreach i,$(basename $(filter-out $(INMATES32),$(INMATES))),\
	$(eval $(call inmate_elf,$i)))

# x86: 32-bit-NAME is compiled so, with a library of its own
INMATE32_LIB_OBJS := $(patsubst %,$(B)/32/%.o,$(call inmate_lib,x86 x86/32))
INMATE32_CC = $(TCC) $(filter-out -m64 -mcmodel=%,$(INMATE_FLAGS)) -m32 $(DEP) \
	$(call inmate_inc,x86 x86/32)

$(B)/32/%.o: %.c Makefile
	$(call do,CC,$@,$(INMATE32_CC) -c -o $@ $<)
$(B)/32/%.o: %.S Makefile
	$(call do,AS,$@,$(INMATE32_CC) -D__ASSEMBLY__ -c -o $@ $<)
$(B)/inmates/32-bit-%.elf: $(B)/32/inmates/demos/x86/32-bit-%.o $(INMATE_LDS) \
		$(INMATE32_LIB_OBJS)
	$(call do,LD,$@,$(INMATE_LD) -m elf_i386)

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
GUEST := $(O)/$(ARCH)/tools
TRIPLET := $(TRIPLE_$(ARCH):-=)
GUEST_FLAGS := -isystem $(SYSROOT)/usr/include \
	-isystem $(SYSROOT)/usr/include/$(TRIPLET)
GUEST_LIBS := -static -L $(SYSROOT)/usr/lib/$(TRIPLET) $(TOOL_LIBS)
ASAN := -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
# hv/include has a string.h of its own: it comes after the system's
UNIT_INC := -iquote hv/include -iquote hv/core -iquote hv/arch/fake \
	-iquote hv/arch/arm-common -idirafter hv/include -idirafter hv/arch/fake \
	-I tests

HOST_FLAGS :=
UNIT_FLAGS := $(ASAN) $(UNIT_INC) -DPAGE_CAN_FAIL=1
FUZZ_FLAGS := $(ASAN) -fsanitize=fuzzer-no-link $(UNIT_INC)

# $(call hosted,DIR,VERB,COMPILER,NAME OF FLAGS,NEEDS): DIR/x.o from x.c
define hosted
$1/%.o: %.c Makefile | $5
	$$(call do,$2,$$@,$3 $$(HOSTED) $$($4) $$(DEP) -c -o $$@ $$<)
endef
$(eval $(call hosted,$(O)/host/obj,HOSTCC,$(HOSTCC),HOST_FLAGS))
$(eval $(call hosted,$(GUEST)/obj,CC,$(TCC),GUEST_FLAGS,$(SYSROOT)/.stamp))
$(eval $(call hosted,$(O)/unit/obj,HOSTCC,$(HOSTCC),UNIT_FLAGS))
$(eval $(call hosted,$(O)/fuzz/obj,CLANG,$(CLANG),FUZZ_FLAGS))

tools: $(O)/host/cellblock

$(O)/host/cellblock: $(TOOL_SRCS:%.c=$(O)/host/obj/%.o)
	$(call do,LINK,$@,$(HOSTCC) -o $@ $^ $(TOOL_LIBS))
$(GUEST)/cellblock: $(TOOL_SRCS:%.c=$(GUEST)/obj/%.o)
	$(call do,LINK,$@,$(TCC) -o $@ $^ $(GUEST_LIBS))

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

KMOD_SRCS := $(if $(wildcard kmod/$(ARCH).c),$(wildcard kmod/*.[chS] kmod/Kbuild))
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
$(O)/kmod/$(ARCH)-%/cellblock.ko: $(KERNEL_OF)%/.stamp $(KMOD_DEPS)
	$(call module_in,$(KERNEL_OF)$*/build)
	@cp $(<D)/release $(@D)/release
$(O)/kmod/custom/cellblock.ko: $(KMOD_DEPS) FORCE
	$(call module_in,$(KDIR))

ALL_MODULES := $(if $(KMOD_SRCS),$(KERNELS:%=$(O)/kmod/$(ARCH)-%/cellblock.ko))
modules: $(if $(KDIR),$(O)/kmod/custom/cellblock.ko,$(ALL_MODULES))

# ---- the guest's file system ------------------------------------------------

# programs that only tests use, e.g. to call the module past the command
GUEST_TESTS := $(patsubst tests/qemu/guest/%.c,$(O)/$(ARCH)/guest-bin/%,\
	$(filter-out $(patsubst %.lds,%.c,$(wildcard tests/qemu/guest/*.lds)),\
	$(wildcard tests/qemu/guest/*.c)))
# names in the module's requests need no NUL at the end
$(GUEST)/obj/tests/%.o: GUEST_FLAGS += -Wno-stringop-truncation
$(O)/$(ARCH)/guest-bin/%: $(GUEST)/obj/tests/qemu/guest/%.o
	$(call do,LINK,$@,$(TCC) -static -o $@ $^)

GUEST_FILES := $(SYSROOT)/.stamp $(INMATE_BINS) $(GUEST_TESTS) $(wildcard dts/include/*) \
	$(DTBS) $(if $(wildcard tools/cli/*.c),$(GUEST)/cellblock) \
	$(wildcard tests/qemu/*.sh tests/qemu/guest/$(ARCH)/*.dts schemas/*/*.yaml)
# $(call initramfs,SUFFIX): for each kernel, with the build of that suffix
define initramfs
$(O)/$(ARCH)/initramfs-%$1.cpio: $(GUEST_FILES) \
		$(if $(KMOD_SRCS),$(O)/kmod/$(ARCH)-%/cellblock.ko) \
		$(if $(HV_BIN),$(O)/$(ARCH)$1/cellblock-$(ARCH).bin) | $(KERNEL_OF)%/.stamp
	$$(call do,CPIO,$$@,tests/qemu/mkinitramfs.sh $$@ $(ARCH) $(SYSROOT) \
		$(O)/$(ARCH) $(O)/kmod/$(ARCH)-$$* $(O)/$(ARCH)$1/cellblock-$(ARCH).bin)
endef
$(eval $(call initramfs,))
$(eval $(call initramfs,-test))
ifneq ($(TEST_BUILD),1)
$(O)/$(ARCH)-test/cellblock-$(ARCH).bin: FORCE
	@$(MAKE) TEST_BUILD=1 hv
endif

guest: $(KERNELS:%=$(O)/$(ARCH)/initramfs-%.cpio)
guest-test: $(KERNELS:%=$(O)/$(ARCH)/initramfs-%-test.cpio)

# ---- benchmarks -------------------------------------------------------------

include tests/bench/bench.mk

# ---- what people type -------------------------------------------------------

all: hv tools inmates dts $(if $(wildcard $(KERNEL_STAMPS)),modules)
.DEFAULT_GOAL := all

RUN := O=$(abspath $(O)) ARCH=$(ARCH) KERNEL=$(KERNEL) GIC=$(GIC) \
	MACHINE=$(MACHINE) PYTHONDONTWRITEBYTECODE=1

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
	@$(MAKE) all $(O)/$(ARCH)/initramfs-$(KERNEL).cpio
	@$(RUN) tests/qemu/$@.sh
lint: deps
	@$(MAKE) kernels
	@$(RUN) $(PYTHON) tests/build/run_tests.py lint
test: deps
	@$(MAKE) kernels
	@$(MAKE) ARCH=x86 kernels
	@$(RUN) $(PYTHON) tests/build/run_tests.py all
fuzz: deps
	@$(MAKE) fuzzers
	@$(RUN) $(PYTHON) tests/build/run_tests.py fuzz-long

# all that `make test` runs
test-build: test-guests unit fuzzers bench-guest $(O)/boards/arm64/.stamp
	@$(MAKE) ARCH=x86 test-guests bench-guest
test-guests: all modules guest $(if $(HV_BIN),guest-test)

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
	rm -rf $(addprefix $(O)/,arm64 arm64-test x86 x86-test bench host unit fuzz dts kmod logs)
distclean:
	rm -rf $(O)

help:
	@sed -n 's/^# *| //p' Makefile

# | make               hypervisor, command, inmates, descriptions (, modules)
# | make demo          the whole life cycle on a stock kernel in QEMU
# | make test          every test; lint, unit, fuzz, machines
# | make bench         costs in instructions, beside the peer's (of ARCH=)
# | make lint          style and structure checks alone
# | make fuzz          long fuzzing of all that reads files (FUZZ_TIME=600)
# | make shell         a guest with all of it installed, interactive
# | make debug         the same, stopped, with gdb and the hypervisor's symbols
# | make modules       the module for Debian's kernels, or for KDIR=
# | make install       into DESTDIR= and PREFIX=/usr/local
# | make deps          install the Debian packages that are missing
# | make kernels       download Debian's kernels for the guests
# | make clean         all but the downloads; make distclean: all
# |
# | ARCH=arm64|x86  CROSS_COMPILE=  O=build  V=1  KDIR=  LIBFDT_DIR=  TEST_BUILD=1
# | KERNEL=6.1|6.12 and GIC=3|2 choose the machine of demo, shell and debug;
# | demo ARCH=x86 also has MACHINE=bochs, which has VT-x

-include $(shell find $(O) -name '*.d' -path '*/*' -not -path '*/kernels/*' \
	-not -path '*/dl/*' -not -path '*/sysroot*' -type f 2>/dev/null)

FORCE:
.PHONY: FORCE all kernels hv tools inmates dts modules unit fuzzers guest guest-test \
	deps demo bench shell debug lint test test-build test-guests fuzz \
	install clean distclean help
