"""What happened in six weeks of a made-up conciergerie, and when.

Pure planning, repeatable for a given day: nothing here touches the database.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

import pytz

TZ = pytz.timezone("Europe/Paris")
HISTORY_DAYS = 42

# How a request stands today: (outcome, number of requests).
OUTCOMES = [
    ("paid", 24),
    ("proxy", 3),
    ("unpaid", 7),
    ("not_invoiced", 4),
    ("free", 12),
    ("provider", 14),
    ("prepaid", 2),
    ("late", 4),
    ("todo", 10),
    ("ready", 8),
    ("partial", 3),
    ("waiting", 4),
    ("problem", 2),
    ("cancelled", 3),
]

NON_MARKET = ("paperwork", "digital", "guidance")
OWN = ("copies", "colour", "scan", "parcel", "online", "letter", "tools", "room")
OWN_PIECES = ("parcel", "parcel_relay")
RELAYED = (
    ("shirts", "shirts", "shirts", "linen", "linen", "coat", "duvet", "curtains")
    + ("soles", "heels", "hem", "hem", "zip", "knives", "bike", "tyre", "screen")
    + ("key", "watch", "tapes")
)
RELAYED_GOODS = ("basket", "basket", "bread")
SEVERAL_PIECES = ("shirts", "linen", "knives", "tapes")

# Services that an outcome can have.
SERVICES = {
    "paid": RELAYED + RELAYED_GOODS + OWN + OWN_PIECES,
    "proxy": ("shirts", "linen", "knives"),
    "unpaid": RELAYED + ("room", "online"),
    "not_invoiced": RELAYED,
    "free": NON_MARKET,
    "provider": RELAYED + ("basket", "bread"),
    "prepaid": ("screen", "bike", "tapes"),
    "late": RELAYED,
    "todo": RELAYED + ("online", "letter", "parcel"),
    "ready": RELAYED + OWN_PIECES,
    "partial": ("shirts", "knives"),
    "waiting": RELAYED,
    "problem": ("screen", "coat", "hem", "soles"),
    "cancelled": ("bike", "duvet", "zip"),
}

# What the pieces of a service are; drawn for each piece.
PIECES = {
    "shirts": ["chemise blanche", "chemise bleue rayée", "chemisier écru"],
    "linen": ["corbeille verte", "sac de linge bleu", "corbeille en osier"],
    "coat": ["manteau de laine gris", "parka marine", "imperméable beige"],
    "duvet": ["couette 220 × 240", "couette 140 × 200", "édredon en plumes"],
    "curtains": ["rideau de velours vert", "rideau de lin", "rideau de salon"],
    "soles": ["chaussures de marche", "bottines noires", "mocassins marron"],
    "heels": ["escarpins noirs", "bottines à talon", "sandales rouges"],
    "hem": ["pantalon gris", "jean brut", "pantalon de velours"],
    "zip": ["blouson de cuir", "robe bleue", "sac de voyage"],
    "knives": ["couteau de cuisine", "couteau à pain", "ciseaux de couture"],
    "bike": ["vélo de ville bleu", "VTT noir", "vélo pliant"],
    "tyre": ["roue arrière de vélo", "vélo d’enfant rouge", "roue de remorque"],
    "screen": ["téléphone noir, coque verte", "téléphone blanc", "téléphone gris"],
    "key": ["clé de cave", "clé plate", "clé de boîte aux lettres"],
    "watch": ["montre dorée", "montre d’homme, bracelet cuir", "montre de gousset"],
    "tapes": ["cassette « Noël 1994 »", "cassette « Mariage »", "cassette sans titre"],
    "parcel": ["carton 30 × 40", "enveloppe à bulles", "carton long"],
    "parcel_relay": ["colis moyen", "petit colis", "colis volumineux"],
}
REMARKS = [
    "Tache de vin sur la manche gauche.",
    "Appeler avant de passer, plutôt en fin de matinée.",
    "Bouton manquant, à recoudre si possible.",
    "Vient le retirer avec sa voisine.",
    "Pressé : départ en vacances.",
    "Mot de passe noté sur l’enveloppe jointe.",
    "Ne pas amidonner.",
]
PROXIES = ["Sylvain Aubert", "Mireille Tardieu", "la voisine, Mme Roche"]
PROBLEMS = [
    "Le professionnel signale une déchirure qui n’était pas notée au dépôt.",
    "Pièce introuvable chez le professionnel, recherche en cours.",
]
CANCELLATIONS = [
    "La personne a changé d’avis et reprend son vélo.",
    "Devis jugé trop élevé, à rendre en l’état.",
    "Délai trop long avant le mariage.",
]


@dataclass
class Plan:
    """One request: what is asked, and the moments (UTC) of what happens to it."""

    outcome: str
    service: str
    site: str
    partner: int
    quantity: int
    taken: datetime
    promised: date
    relayed: bool
    with_pieces: bool
    sent: datetime | None = None
    back: datetime | None = None
    handed: datetime | None = None
    wrong: datetime | None = None
    extra: dict = field(default_factory=dict)


class HistoryPlanner:
    """Draws the requests so that each stands today as its outcome says.

    :param now: aware datetime
    :param promise: function (service key, site key, date) → promised date
    :param relayed: set of keys of the services of local professionals
    :param deposited: set of keys of the services with pieces
    :param open_days: {site key: sorted open dates, past and some weeks to come}
    :param offered: function (service key, site key) → bool
    :param int people: number of beneficiaries to draw from
    """

    def __init__(self, now, promise, relayed, deposited, open_days, offered, people):
        self.rng = Random(2026)
        self.now = now.astimezone(TZ)
        self.promise = promise
        self.relayed = relayed
        self.deposited = deposited
        self.open_days = open_days
        self.offered = offered
        self.people = people
        self.past_days = {
            site: [
                day
                for day in days
                if self._age(day) <= HISTORY_DAYS
                and self._moment(day, 17, 45) <= self.now
            ]
            for site, days in open_days.items()
        }

    def draw(self):
        """Return the plans in the order in which the requests were taken."""
        plans = [
            self._draw_one(outcome, rank)
            for outcome, count in OUTCOMES
            for rank in range(count)
        ]
        return sorted(plans, key=lambda plan: plan.taken)

    def _draw_one(self, outcome, rank):
        for _attempt in range(3000):
            plan = self._candidate(outcome)
            if plan and self._fits(plan):
                self._finish(plan, rank)
                return plan
        raise ValueError(f"No past day suits a request that is {outcome!r}")

    def _candidate(self, outcome):
        rng = self.rng
        site = rng.choices(("val", "tou"), (7, 3))[0]
        service = rng.choice(SERVICES[outcome])
        days = self.past_days[site]
        if outcome == "todo":
            days = days[-2:]
        taken = rng.choice(days) if days else None
        if not taken or not self.offered(service, site):
            return None
        several = service in SEVERAL_PIECES
        plan = Plan(
            outcome=outcome,
            service=service,
            site=site,
            partner=rng.randrange(self.people),
            quantity=rng.randint(2, 5) if several else 1,
            taken=self._moment(
                taken, rng.choice((9, 10, 11, 15, 16)), rng.randrange(60)
            ),
            promised=self.promise(service, site, taken),
            relayed=service in self.relayed,
            with_pieces=service in self.deposited,
        )
        if plan.relayed:
            plan.sent = self._moment(taken, 17, 30)
            limit = plan.promised + timedelta(days=rng.choice((-1, 0, 0, 0, 1)))
            back = self._open_from(site, max(limit, taken + timedelta(days=1)))
            plan.back = self._moment(back, 9, rng.randrange(5, 40))
            wrong = self._open_from(site, taken + timedelta(days=1))
            plan.wrong = self._moment(wrong, 10, rng.randrange(60))
        else:
            plan.back = self._moment(plan.promised, 17, rng.randrange(40))
        start = plan.back.date()
        if rng.random() < 0.7 and (plan.relayed or plan.with_pieces):
            start += timedelta(days=rng.choice((1, 1, 2, 3, 4)))
        handed = self._open_from(site, start)
        plan.handed = self._moment(handed, rng.choice((10, 11, 16)), rng.randrange(60))
        if outcome == "partial":
            later = self._open_from(site, plan.back.date() + timedelta(days=1))
            plan.handed = self._moment(later, 11, rng.randrange(40))
        elif not plan.relayed and not plan.with_pieces:
            plan.handed = plan.back
        elif plan.handed <= plan.back:
            plan.handed = plan.back + timedelta(minutes=25)
        return plan

    def _fits(self, plan):
        """Tell whether the drawn moments leave the request where it must stand."""
        today, now = self.now.date(), self.now
        due = plan.promised - today
        ready_days = (now - plan.back).total_seconds() / 86400
        match plan.outcome:
            case "provider" | "prepaid":
                return plan.sent <= now and 0 <= due.days <= 12
            case "late":
                return plan.sent <= now and -9 <= due.days < 0
            case "todo":
                return due.days >= 0
            case "ready":
                return 0 < ready_days < 6
            case "partial":
                return plan.handed <= now and ready_days < 7 and plan.quantity >= 3
            case "waiting":
                return 9 < ready_days < 24
            case "problem":
                return plan.wrong <= now and -3 <= due.days < 5
            case "cancelled":
                return 3 < self._age(plan.taken.date()) < 20
            case "proxy":
                return plan.handed <= now and plan.quantity >= 3
        return plan.handed <= now

    def _finish(self, plan, rank):
        """Drop what has not happened yet and draw the details."""
        rng = self.rng
        outcome = plan.outcome
        if outcome in ("provider", "prepaid", "late", "todo", "problem", "cancelled"):
            plan.back = plan.handed = None
        if outcome in ("ready", "waiting"):
            plan.handed = None
        if outcome == "todo" or (outcome == "late" and rank % 2):
            plan.sent = None
        if outcome == "cancelled":
            plan.sent = None
        texts = {
            "proxy": ("receiver", PROXIES),
            "problem": ("reason", PROBLEMS),
            "cancelled": ("reason", CANCELLATIONS),
        }
        if outcome in texts:
            key, values = texts[outcome]
            plan.extra[key] = values[rank % len(values)]
        if plan.with_pieces and rng.random() < 0.25:
            plan.extra["remark"] = rng.choice(REMARKS)
        plan.extra["pieces"] = [
            rng.choice(PIECES[plan.service])
            for _number in range(plan.quantity * 2 if plan.with_pieces else 0)
        ]
        plan.extra["rack"] = f"{rng.choice('ABC')}{rng.randint(1, 8)}"
        plan.extra["cash"] = rng.random() < 0.4

    def _age(self, day):
        return (self.now.date() - day).days

    def _open_from(self, site, day):
        return next(d for d in self.open_days[site] if d >= day)

    def _moment(self, day, hour, minute):
        return TZ.localize(datetime.combine(day, time(hour, minute)))
