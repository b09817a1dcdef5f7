/* The first order of steps, before what edges between them ask for. Private to diff/. */
#pragma once

#include "diff/order.h"

/* Ranks within one table: child drops, the table, its columns, what is made of columns. */
typedef enum RtRank {
    RT_RANK_RELEASE_NAME = 0, /* of a child whose name another table takes */
    RT_RANK_DROP_TRIGGER = 5,
    RT_RANK_DROP_INDEX = 10,
    RT_RANK_DROP_CONSTRAINT = 20,
    RT_RANK_DROP_KEY = 30,
    RT_RANK_REPLACE_CHILD = 40,
    RT_RANK_DROP = 50,
    RT_RANK_CREATE = 60,
    RT_RANK_ALTER = 70,
    RT_RANK_ALTER_COLUMN = 80,
    RT_RANK_CREATE_COLUMN = 90,
    RT_RANK_DROP_COLUMN = 100,
    RT_RANK_ATTRIBUTE = 110,
    RT_RANK_KEY = 120,
    RT_RANK_CONSTRAINT = 130,
    RT_RANK_INDEX = 140,
    RT_RANK_TRIGGER = 150,
} RtRank;

/* Where steps stand as long as no edge says otherwise. */
typedef enum RtPhase {
    RT_PHASE_CREATE_DATABASE,
    RT_PHASE_DROP_USERS,
    RT_PHASE_TABLES,
    RT_PHASE_VIEWS,
    RT_PHASE_TRIGGERS,
    RT_PHASE_DROP,
    RT_PHASE_DROP_DATABASE,
} RtPhase;

RtRank rt_step_rank(const RtStep *step);
RtPhase rt_step_phase(const RtStep *step);
