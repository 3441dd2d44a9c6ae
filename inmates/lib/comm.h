/* SPDX-License-Identifier: BSD-2-Clause */
/* The cell's side of the communication region (abi/comm.h). */
#ifndef COMM_H
#define COMM_H

#include <stdbool.h>
#include <stdint.h>
#include <abi/comm.h>

#include "arch.h"

/*
 * Maps the region at COMM_BASE (arch.h) and checks signature and revision. On
 * a mismatch: state FAILED_COMM_REV, and the inmate stops. The library calls
 * it before inmate_main() unless the inmate says INMATE_NO_COMM.
 */
void comm_init(void);

/* NULL in a cell without one. */
volatile struct cb_comm_page *comm_page(void);

void comm_set_state(uint32_t state);

/* The message that waits for an answer (CB_MSG_*), 0 if none. */
uint32_t comm_message(void);

/* Answers it (CB_REPLY_*). */
void comm_reply(uint32_t reply);

/*
 * The usual answers: approves a shutdown (then returns true: the inmate
 * should return soon), RECEIVED for a reconfiguration, else UNKNOWN.
 */
bool comm_serve(void);

#endif
