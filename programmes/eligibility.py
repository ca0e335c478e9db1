"""Who may join a contract: a rule set is data, the decision is three-valued and explained.

A rule set is a tree that can be written as JSON or TOML. A node is one of::

    {"all": [...]}    every child holds
    {"any": [...]}    at least one child holds
    {"none": [...]}   no child holds

and a leaf tests one fact with one operator::

    {"fact": "age", "at_least": 18, "code": "age",
     "says": {"met": "...", "not_met": "...", "missing": "..."}}

A criterion is whatever carries `code` and `says`, and gives one reason. Usually it is a leaf; a node that
carries them speaks for its children, which stay silent. What a family went through is private: its criterion
is marked `"private": true`, and one neutral sentence for the group never tells which concern it was. A
criterion inside `none` is met when its test fails: "met" always speaks for the person.

Logic is Kleene's: an answer that is not known yet makes a result unknown only where it could still matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Tree = Mapping[str, Any]
Truth = bool | None
Result = Literal["met", "not_met", "missing"]
Outcome = Literal["eligible", "not_eligible", "need_to_know"]
FactKind = Literal["code", "codes", "number", "yes_no"]

NODES = ("all", "any", "none")
SENTENCES: tuple[Result, ...] = ("met", "not_met", "missing")
DEEPEST = 12  # levels; a rule set that people can read has three or four


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a rule may ask about a person. No `choices` means any code is allowed."""

    kind: FactKind
    question: str
    choices: tuple[str, ...] = ()
    private: bool = False


FACTS: dict[str, Fact] = {
    "lives_in": Fact("code", "Which local authority does the person live in?"),
    "age": Fact("number", "How old was the person on the day the referral was received?"),
    "employment_status": Fact(
        "code",
        "Is the person employed, self-employed, unemployed or inactive?",
        ("employed", "self_employed", "unemployed", "inactive"),
    ),
    "benefit": Fact(
        "codes",
        "Which benefits does the person receive?",
        (
            "universal_credit",
            "jobseekers_allowance",
            "employment_and_support_allowance",
            "incapacity_benefit",
            "income_support",
            "carers_allowance",
            "pension_credit",
        ),
    ),
    "concerns": Fact(
        "codes",
        "Which of the listed concerns does the family have?",
        (
            "own_health",
            "partner_health",
            "child_health",
            "school_attendance",
            "child_protection",
            "domestic_abuse",
            "crime_or_asb",
        ),
        private=True,
    ),
    "months_on_benefit": Fact("number", "For how many whole months has the person received the benefit?"),
    "payment_group": Fact("code", "Which payment group did the referrer name?"),
    "right_to_work": Fact("yes_no", "Does the person have the right to work in the United Kingdom?"),
    "adults_working": Fact("number", "How many adults in the household are in paid work?"),
}

OPERATORS: dict[str, tuple[FactKind, ...]] = {
    "is": ("code", "number", "yes_no"),
    "is_one_of": ("code",),
    "includes_any": ("codes",),
    "at_least": ("number",),
    "at_most": ("number",),
}
WANTED: dict[FactKind, str] = {
    "number": "must be a whole number, 0 or more",
    "yes_no": "must be true or false",
    "code": "must be a code",
    "codes": "must be a list of codes",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """What one criterion came to, in words a referrer understands."""

    code: str
    result: Result
    sentence: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is not known yet and could still change the outcome, with the question to ask for it."""

    fact: str
    question: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, a reason for every criterion, and what to ask next: nothing exactly when it is decided."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    missing: tuple[Missing, ...]


def decide(tree: Tree, facts: Mapping[str, Any]) -> Decision:
    """Decide whether the person behind `facts` meets `tree`, a rule set that `check_rules` found sound.

    `facts` maps fact names to values; a name that is absent, or whose value is None, is not known yet. An
    empty list is known: nothing on the list applies. Facts the tree does not ask about make no difference.
    Raises ValueError for an unknown fact or a value that `check_fact` refuses.
    """
    for name, given in facts.items():
        if given is not None and (problem := check_fact(name, given)):
            raise ValueError(f"{name}: {problem}")
    value = _truth(tree, facts)
    outcome: Outcome = "need_to_know" if value is None else "eligible" if value else "not_eligible"
    names = dict.fromkeys(_undecided(tree, facts))
    return Decision(
        outcome,
        tuple(_reasons(tree, facts, negated=False)),
        tuple(Missing(name, FACTS[name].question) for name in names),
    )


def check_fact(name: str, value: object) -> str | None:
    """What is wrong with `value` as an answer to the fact `name`, in words; None when it is sound."""
    if name not in FACTS:
        return f"not a known fact (known: {', '.join(FACTS)})"
    return _value_problem(FACTS[name].kind, FACTS[name].choices, value)


def _value_problem(kind: FactKind, choices: tuple[str, ...], value: object) -> str | None:
    if not _is_a(kind, value):
        return WANTED[kind]
    named = value if isinstance(value, list | tuple) else [value]
    strange = [code for code in named if code not in choices] if choices else []
    return f"{strange[0]!r} is not one of {', '.join(choices)}" if strange else None


def _is_a(kind: FactKind, value: object) -> bool:
    match kind:
        case "number":
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        case "yes_no":
            return isinstance(value, bool)
        case "code":
            return isinstance(value, str) and bool(value)
        case _:
            return isinstance(value, list | tuple) and all(isinstance(code, str) and code for code in value)


def _children(node: Tree) -> list[Tree]:
    return next((node[kind] for kind in NODES if kind in node), [])


def _truth(node: Tree, facts: Mapping[str, Any]) -> Truth:
    if "fact" in node:
        return _leaf_truth(node, facts)
    values = [_truth(child, facts) for child in _children(node)]
    if "all" in node:
        return False if False in values else None if None in values else True
    some = True if True in values else None if None in values else False
    return some if "any" in node or some is None else not some


def _leaf_truth(leaf: Tree, facts: Mapping[str, Any]) -> Truth:
    value = facts.get(leaf["fact"])
    if value is None:
        return None
    operator = next(operator for operator in OPERATORS if operator in leaf)
    wanted = leaf[operator]
    match operator:
        case "is":
            return bool(value == wanted)
        case "is_one_of":
            return value in wanted
        case "includes_any":
            return any(code in wanted for code in value)
        case "at_least":
            return bool(value >= wanted)
        case _:
            return bool(value <= wanted)


def _undecided(node: Tree, facts: Mapping[str, Any]) -> Iterator[str]:
    """Facts that still matter: what lies below a known result cannot change it, so it is not followed."""
    if _truth(node, facts) is not None:
        return
    if "fact" in node:
        yield node["fact"]
    for child in _children(node):
        yield from _undecided(child, facts)


def _reasons(node: Tree, facts: Mapping[str, Any], *, negated: bool) -> Iterator[Reason]:
    if "says" in node:
        value = _truth(node, facts)
        result: Result = "missing" if value is None else "met" if value is not negated else "not_met"
        yield Reason(node["code"], result, node["says"][result])
        return
    for child in _children(node):
        yield from _reasons(child, facts, negated=negated is not ("none" in node))


def refusals(tree: Tree) -> Iterator[tuple[str, str]]:
    """The code of every criterion, and what it says of somebody who does not meet it."""
    if "says" in tree:
        yield tree["code"], tree["says"]["not_met"]
        return
    for child in _children(tree):
        yield from refusals(child)


def check_rules(tree: object) -> list[str]:
    """What is wrong with a rule set, one "path: message" per problem; empty when `decide` can rely on it."""
    codes: list[str] = []
    problems = list(_node_problems(tree, "eligibility", codes))
    twice = sorted({code for code in codes if codes.count(code) > 1})
    return problems + [f"eligibility: the code {code!r} is used more than once" for code in twice]


def speakers_of_private_facts(node: Tree) -> Iterator[str]:
    """The codes of the criteria whose reason rests on a private fact, in rules that check_rules found sound.

    Several of them would tell a reader of the reasons which private fact is met.
    """
    if "says" not in node:
        for child in _children(node):
            yield from speakers_of_private_facts(child)
    elif any(FACTS[name].private for name in _facts_below(node)):
        yield node["code"]


def _facts_below(node: Tree) -> Iterator[str]:
    if "fact" in node:
        yield node["fact"]
    for child in _children(node):
        yield from _facts_below(child)


def _node_problems(
    node: object, path: str, codes: list[str], *, spoken_for: bool = False, private: bool = False
) -> Iterator[str]:
    if not isinstance(node, Mapping):
        yield f"{path}: must be a node (all, any or none) or a criterion with a fact"
        return
    kinds = [key for key in (*NODES, "fact") if key in node]
    if len(kinds) != 1:
        yield f"{path}: needs exactly one of all, any, none or fact"
        return
    speaks = "code" in node or "says" in node
    private = private or node.get("private") is True
    if not isinstance(node.get("private", False), bool):
        yield f"{path}.private: must be true or false"
    if speaks and spoken_for:
        yield f"{path}: the node above speaks for it, so its code and says would never be shown"
    elif speaks:
        yield from _wording_problems(node, path, codes)
    elif "fact" in node and not spoken_for:
        yield f"{path}: needs a code and says, here or on a node above"
    if "fact" in node:
        yield from _leaf_problems(node, path, private=private)
        return
    yield from _unknown_keys(node, path, {*kinds, "code", "says", "private"})
    children = node[kinds[0]]
    if not isinstance(children, list) or not children:
        yield f"{path}.{kinds[0]}: must be a list with at least one entry"
    elif path.count("[") >= DEEPEST:
        yield f"{path}.{kinds[0]}: nested deeper than {DEEPEST} levels"
    else:
        for position, child in enumerate(children):
            below = f"{path}.{kinds[0]}[{position}]"
            yield from _node_problems(child, below, codes, spoken_for=spoken_for or speaks, private=private)


def _wording_problems(node: Tree, path: str, codes: list[str]) -> Iterator[str]:
    code, says = node.get("code"), node.get("says")
    if isinstance(code, str) and code:
        codes.append(code)
    else:
        yield f"{path}.code: must be a short name"
    if not isinstance(says, Mapping):
        yield f"{path}.says: must give the sentences met, not_met and missing"
        return
    yield from _unknown_keys(says, f"{path}.says", set(SENTENCES))
    for result in SENTENCES:
        if not isinstance(says.get(result), str) or not says[result].strip():
            yield f"{path}.says.{result}: the sentence is missing"


def _leaf_problems(leaf: Tree, path: str, *, private: bool) -> Iterator[str]:
    fact = FACTS.get(leaf["fact"]) if isinstance(leaf["fact"], str) else None
    if fact is None:
        yield f"{path}.fact: {leaf['fact']!r} is not a known fact (known: {', '.join(FACTS)})"
        return
    if fact.private and not private:
        yield f"{path}: {leaf['fact']} is private, so its criterion must be marked private"
    operators = [key for key in leaf if key not in ("fact", "code", "says", "private")]
    if len(operators) != 1 or operators[0] not in OPERATORS:
        found = ", ".join(operators) or "none"
        yield f"{path}: needs exactly one operator of {', '.join(OPERATORS)}; found {found}"
        return
    operator, wanted = operators[0], leaf[operators[0]]
    if fact.kind not in OPERATORS[operator]:
        yield f"{path}.{operator}: cannot be asked of {leaf['fact']}"
        return
    kind: FactKind = "codes" if operator in ("is_one_of", "includes_any") else fact.kind
    problem = WANTED[kind] if wanted == [] else _value_problem(kind, fact.choices, wanted)
    if problem:
        yield f"{path}.{operator}: {problem}"


def _unknown_keys(node: Mapping[str, Any], path: str, known: set[str]) -> Iterator[str]:
    for key in node:
        if key not in known:
            yield f"{path}.{key}: unknown field"
