"""Who gains from a coordinated floor, who would leave, and what would keep them: every coalition, solved.

**A coalition S is the bloc.** Its members have the role `member`; every other player, and every member of the
study that is not a player, has the role `other`. Outsiders keep their demand, processes, stockpiles, routes and
contracts. Of `caps`, rows whose scope is an outsider are ignored; `bloc` rows hold for S alone: under `demand`
the volume is the share of the table demand of S (0 where it demands none), under `use` the share of what
arrives in S, in `tonnes` the part that the table demand of S has in that of all players, as `national` shares
them out. A floor, a levy and a rule on floors hold at the border of S. The result is that of `floors.solve` on
a workbook in which sheets `regions` and `caps` say so, and two things follow from that: a row of `routes` that
names `member` or `other` means another region than before where a role changed, which is intended (whoever
leaves is treated as one who left), and a segment market of a member is part of its region while it is outside.
The empty coalition is the study without a bloc, which is not the baseline of `floors.solve` (where members
without caps keep their role) unless routes treat both alike.

**The cost of a coalition**, v(S), is the sum of the net costs of its members in the run where S is the bloc:
the `net_cost` of the accounts, segment markets with their region, million of present value, tariffs, levies
and producers' surplus taken off. Outsiders are affected too: S bids up spare plants of the world and leaves
capped material to others, so what a region gets outside depends on who is in. That makes it a game in partition
function form; here all outsiders stand alone and form no bloc of their own, whatever S is. A member's

- *inside* is its net cost with all players in; *free rider*, with all others in and itself outside, without
  cap and levy; *alone*, as a bloc of one, with its own cap;
- *gain* on either is that net cost less inside; *side payment*, what is missing to the better of the two;
- *Shapley value*, *Owen allocation* (`owen`) and *least core* (`game`) share out v(all).

v depends on prices of the whole world, of which outsiders are part, so the Owen allocation, in the core of any
game in which each member only brings its own rows of one linear program, need not be in the core here: it is
tested. Under rules on floors it need not even add up to v(all), which is said.
"""

from __future__ import annotations

from floors.many.coalitions.candidates import Candidates
from floors.many.coalitions.coalitions import Coalitions, coalition

__all__ = ["Candidates", "Coalitions", "coalition"]
