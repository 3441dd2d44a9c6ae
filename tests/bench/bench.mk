# SPDX-License-Identifier: GPL-2.0-only
#
# What `make bench` runs in its guest: a module in the root cell, an inmate
# that also runs without a hypervisor, and a cell for it.

BENCH := $(O)/bench/$(ARCH)
BENCH_SRC := tests/bench/guest
BENCH_MOD := $(wildcard $(BENCH_SRC)/main.c $(BENCH_SRC)/bench.h \
	$(BENCH_SRC)/Kbuild $(BENCH_SRC)/$(ARCH)/traps.c)
# RAM of the machine without a hypervisor
BENCH_LD_arm64 := --defsym=INMATE_BASE=0x40200000
BENCH_FILES_x86 := $(BENCH)/rom.bin

$(BENCH)/mod-%/benchmod.ko: $(KERNEL_OF)%/.stamp $(BENCH_MOD) \
		$(wildcard hv/abi/*.h) Makefile
	$(call do,KMOD,$@,ln -sfn $(addprefix $(CURDIR)/,$(BENCH_MOD) hv/abi) \
		$(@D)/ && $(KBUILD) -C $(KERNEL_OF)$*/build modules)
$(BENCH)/inmate.o: $(BENCH_SRC)/inmate.c Makefile
	$(call do,CC,$@,$(TCC) $(INMATE_FLAGS) $(DEP) $(INMATE_INC) \
		-I $(BENCH_SRC)/$(ARCH) -c -o $@ $<)
$(BENCH)/inmate.elf: $(BENCH)/inmate.o $(INMATE_LDS) $(INMATE_LIB_OBJS)
	$(call do,LD,$@,$(LD) $(BARE_LDFLAGS) $(BENCH_LD_$(ARCH)) \
		-T $(INMATE_LDS) -o $@ $(filter %.o,$^))
$(BENCH)/cell.dtb: $(BENCH_SRC)/$(ARCH)/cell.dts Makefile
	$(call do,DTC,$@,dtc -@ -O dtb -o $@ $<)

# x86: instead of a firmware
$(BENCH)/rom.o: tests/qemu/inmate-rom.S Makefile
	$(call do,AS,$@,$(TCC) -m32 -c -o $@ $<)
$(BENCH)/rom.elf: $(BENCH)/rom.o
	$(call do,LD,$@,$(LD) -m elf_i386 -Ttext=0xffff0000 -e 0xfffffff0 -o $@ $<)
$(BENCH)/rom.bin: $(BENCH)/rom.elf
	$(call do,OBJCOPY,$@,$(OBJCOPY) -O binary -j .text $< $@)

# The guest's file system with ours behind it: the kernel unpacks both.
$(BENCH)/initramfs-%.cpio: $(O)/$(ARCH)/initramfs-%.cpio \
		$(BENCH)/mod-%/benchmod.ko $(BENCH)/inmate.bin $(BENCH)/cell.dtb
	$(call do,CPIO,$@,rm -rf $(@:.cpio=) && mkdir -p $(@:.cpio=)/bench && \
		cp $(filter-out %.cpio,$^) $(@:.cpio=)/bench/ && \
		(cat $< && cd $(@:.cpio=) && find . | LC_ALL=C sort | \
		cpio --quiet -o -H newc -R 0:0) >$@.tmp && mv $@.tmp $@)

bench-guest: $(BENCH)/initramfs-6.1.cpio $(BENCH_FILES_$(ARCH))
.PHONY: bench-guest
