# SPDX-License-Identifier: GPL-2.0-only
#
# What `make bench` runs in its guest: a module in the root cell, an inmate
# that also runs without a hypervisor, and a cell for it.

BENCH := $(O)/bench
BENCH_SRC := tests/bench/guest
BENCH_BASE := 0x40200000

$(BENCH)/mod-%/benchmod.ko: $(O)/kernels/%/.stamp $(BENCH_SRC)/benchmod.c \
		$(BENCH_SRC)/Kbuild $(wildcard hv/abi/*.h) Makefile
	$(call do,KMOD,$@,ln -sfn $(addprefix $(CURDIR)/,$(BENCH_SRC)/benchmod.c \
		$(BENCH_SRC)/Kbuild hv/abi) $(@D)/ && \
		$(KBUILD) -C $(O)/kernels/$*/build modules)
$(BENCH)/inmate.o: $(BENCH_SRC)/inmate.c Makefile
	$(call do,CC,$@,$(TCC) $(INMATE_FLAGS) $(DEP) $(INMATE_INC) -c -o $@ $<)
$(BENCH)/inmate.elf: $(BENCH)/inmate.o $(INMATE_LDS) $(INMATE_LIB_OBJS)
	$(call do,LD,$@,$(LD) $(BARE_LDFLAGS) --defsym=INMATE_BASE=$(BENCH_BASE) \
		-T $(INMATE_LDS) -o $@ $(filter %.o,$^))
$(BENCH)/cell.dtb: $(BENCH_SRC)/cell.dts Makefile
	$(call do,DTC,$@,dtc -@ -O dtb -o $@ $<)

# The guest's file system with ours behind it: the kernel unpacks both.
$(BENCH)/initramfs-%.cpio: $(O)/arm64/initramfs-%.cpio $(BENCH)/mod-%/benchmod.ko \
		$(BENCH)/inmate.bin $(BENCH)/cell.dtb
	$(call do,CPIO,$@,rm -rf $(@:.cpio=) && mkdir -p $(@:.cpio=)/bench && \
		cp $(filter-out %.cpio,$^) $(@:.cpio=)/bench/ && \
		(cat $< && cd $(@:.cpio=) && find . | LC_ALL=C sort | \
		cpio --quiet -o -H newc -R 0:0) >$@.tmp && mv $@.tmp $@)

bench-guest: $(BENCH)/initramfs-6.1.cpio
.PHONY: bench-guest
