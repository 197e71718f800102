"""Facts about invented people, places, animals and things: told and asked for in the same chat, in other words; passages; turns with
pronouns; what the text does not say. Here the model learns to read, to copy, and that many questions have one answer."""
import lexicon as L
from relations import KINDS
from words import Words, an, cap, low


class Entity:
    """Who or what it is about, and the pronouns for it."""

    def __init__(self, kind, name, pronouns):
        self.kind, self.name, self.pronouns = kind, name, pronouns

    def fill(self, form, value="", pronoun=False):
        if pronoun:
            e, o, p = self.pronouns
        else:
            e = o = self.name
            p = self.name + ("'" if self.name.endswith("s") else "'s")
        return cap(form.format(e=e, o=o, p=p, v=value))


IT, SHE, HE = ("it", "it", "its"), ("she", "her", "her"), ("he", "him", "his")
FILLERS = """The day was long and quiet.;Everybody talked about it for weeks.;Nobody was surprised.;It is a nice place to be.;The weather was good.;People often ask about it.;That is all we know.;The children liked it very much.
There is not much more to say.;It was a good year.;Many visitors come to see it.;The old people still tell the story.;It is a true story.;Some say it is a secret.""".replace("\n", ";").split(";")
ACKS = ["I will remember that.", "Good to know.", "Thank you for telling me.", "I see. What would you like to know?", "Thank you. I will remember it."]


class Invented(Words):
    def entity(self, kind=None):
        kind = kind or self.pick(["place", "place", "place", "person", "person", "person", "thing", "animal", "event"])
        if kind == "person":
            girl = self.chance(0.5)
            x = self.r.random()
            name = (self.person(girl) if x < 0.7 else f"the {self.pick(L.ADJECTIVES)} {self.pick(L.JOBS)}" if x < 0.82
                    else f"{self.pick(['my', 'my', 'his', 'her', 'our'])} {self.pick(L.RELATIVES_F if girl else L.RELATIVES_M)}" if x < 0.92 else f"the {self.pick(L.JOBS)} {self.first_name(girl)}")
            return Entity(kind, name, SHE if girl else HE)
        if kind == "place":
            return Entity(kind, self.place(), IT)
        if kind == "animal":
            name = self.pick([f"the {self.pick(L.ADJECTIVES)} {self.pick(L.ANIMAL_WORDS)}", f"the {self.pick(L.ANIMAL_WORDS)} {self.proper()}", f"{self.person()}'s {self.pick(L.ANIMAL_WORDS)}", f"the {self.pick(L.ANIMAL_WORDS)}"])
            return Entity(kind, name, IT)
        if kind == "event":
            name = self.pick([f"the {self.pick(L.ADJECTIVES)} {self.pick(['festival', 'race', 'concert', 'party', 'fair', 'contest', 'game', 'meeting', 'show', 'feast'])}",
                              f"the {self.pick(['festival', 'race', 'concert', 'party', 'fair', 'contest', 'game', 'show', 'feast'])} of {self.invented()}", f"the {self.proper()} {self.pick(['Festival', 'Race', 'Concert', 'Fair', 'Cup', 'Games'])}"])
            return Entity(kind, name, IT)
        thing = self.thing()
        return Entity("thing", self.pick([f"the {thing}", f"the {thing}", f"the {thing} of {self.invented()}", f"{self.person()}'s {self.pick(L.OBJECTS)}", f"the {self.proper()} {cap(self.pick(L.OBJECTS))}"]), IT)

    def value(self, kind):
        pick, r = self.pick, self.r
        return {"leader": self.person, "person": self.person, "woman": lambda: self.person(True), "proper": self.proper, "number": self.number, "spot": self.spot, "time": self.time, "food": self.food,
                "colour": self.shade, "colourcoat": self.shade, "doing": self.doing, "language": lambda: pick(["", "", "Old ", "High ", "New "]) + self.invented() + pick(["ish", "ese", "ian", "ic", ""]),
                "year": lambda: str(r.randint(1100, 2030)), "material": lambda: pick(L.MATERIALS), "word": lambda: pick(L.OBJECTS + L.FOODS + L.ANIMAL_WORDS + L.COLOURS) if self.chance(0.7) else self.invented().lower(),
                "animal": lambda: f"{pick(L.ADJECTIVES)} {pick(L.ANIMAL_WORDS)}", "weather": lambda: pick(L.WEATHERS), "price": lambda: f"{self.number()} {pick(['coins', 'euros', 'dollars', 'pounds', 'shells'])}",
                "distance": lambda: f"{self.number()} {pick(['miles', 'kilometres', 'steps', 'hours', 'minutes'])}", "origin": lambda: self.invented(), "job": lambda: pick(L.JOBS) if self.chance(0.7) else f"{pick(L.ADJECTIVES)} {pick(L.JOBS)}",
                "age": self.number, "instrument": lambda: pick(L.INSTRUMENTS), "hobby": lambda: pick(L.HOBBIES), "drink": lambda: pick(L.DRINKS) if self.chance(0.6) else f"{pick(L.ADJECTIVES)} {pick(L.DRINKS)}",
                "athing": lambda: an(self.thing()), "title": self.plain_name, "birthday": lambda: f"in {pick(L.MONTHS)}" if self.chance(0.5) else f"on the {pick(L.ORDINALS)} of {pick(L.MONTHS)}",
                "subject": lambda: pick(L.SUBJECTS), "fear": lambda: pick(["the dark", "loud noise", "storms", "deep water", "the cold", "strangers", pick(L.ANIMAL_WORDS) + "s", pick(L.WEATHERS)]),
                "vehicle": lambda: pick("bus train bicycle boat car tram horse ferry".split()), "weight": lambda: f"{self.number()} {pick(['kilos', 'pounds', 'tons', 'grams'])}",
                "length": lambda: f"{self.number()} {pick(['metres', 'feet', 'inches', 'miles'])}", "use": lambda: pick(["cutting", "cleaning", "cooking", "fishing", "sleeping", "making", "finding", "carrying", "hiding", "painting"]) + " " + pick(L.OBJECTS) + "s",
                "content": lambda: an(self.thing())}[kind]()

    def fact(self, entity=None, known=()):
        """A fact: entity, relation, value."""
        entity = entity or self.entity()
        relation = self.pick([r for r in KINDS[entity.kind] if r not in known])
        return entity, relation, self.value(relation.value)

    def answer(self, entity, relation, value):
        return entity.fill(relation.statements[0], value) + "."

    def tell(self, entity, relation, value, pronoun=False):
        return entity.fill(self.pick(relation.statements), value, pronoun) + "."

    def question(self, entity, relation, pronoun=False):
        forms = [[low_form(entity.fill(form, pronoun=pronoun), entity) for form in part] for part in (relation.clause, relation.noun)]
        return self.word([entity.fill(form, pronoun=pronoun) for form in relation.direct], *forms)

    def facts(self, count):
        """Facts about one or more entities, no two of which answer the same question."""
        out, entity = [], self.entity()
        for _ in range(count):
            if self.chance(0.35):
                entity = self.entity(entity.kind if self.chance(0.5) else None)
            known = [r for e, r, _ in out if e is entity]
            if len(known) < len(KINDS[entity.kind]):
                out.append(self.fact(entity, known))
        return out

    def passage(self, facts):
        parts, last = [], None
        for entity, relation, value in facts:
            parts.append(self.tell(entity, relation, value, pronoun=entity is last and self.chance(0.6)))
            last = entity
        if self.chance(0.3):
            parts.insert(self.r.randrange(len(parts) + 1) if self.chance(0.3) else len(parts), self.pick(FILLERS))
        return " ".join(parts)

    def given(self, text):
        """The text and where it stands: before the question, in a message of its own, or in the system message. Returns turns and what precedes the first question."""
        x = self.r.random()
        if x < 0.3:
            return [("system", text)], ""
        if x < 0.5:
            return self.qa(self.pick(["{}", "Remember this: {}", "Read this: {}", "Here is a text: {}"]).format(text), self.pick(ACKS)), ""
        return [], self.pick(["{} ", "{} ", "{}\n", "{}\n\n", "Text: {}\nQuestion: ", "Read the text. {} ", "Context: {}\n"]).format(text)

    def reading(self):
        """A passage, then one to four questions; later ones may use pronouns."""
        facts = self.facts(self.r.choice([1, 2, 3, 3, 4, 5, 6]))
        chat, before = self.given(self.passage(facts))
        last = None
        for entity, relation, value in self.r.sample(facts, min(len(facts), self.r.choice([1, 1, 2, 2, 3, 4]))):
            pronoun = entity is last and self.chance(0.6)
            chat += self.qa(before + self.question(entity, relation, pronoun), self.answer(entity, relation, value))
            before, last = "", entity
        if self.chance(0.12):
            chat += self.missing(facts)
        return chat

    def missing(self, facts):
        entity = facts[-1][0]
        told = [r for e, r, _ in facts if e is entity]
        if len(told) == len(KINDS[entity.kind]):
            return []
        relation = self.fact(entity, told)[1]
        return [] if relation.value in {r.value for r in told} else self.qa(self.question(entity, relation), "The text does not say.")

    def happening(self):
        """Who did what, where and when; and how many: sentences about one of several people, asked for part by part."""
        told, asks = [], []
        for _ in range(self.r.choice([1, 2, 2, 3])):
            who = self.entity("person").name
            if self.chance(0.3):
                n, many, has = self.number(), self.pick(L.ANIMAL_WORDS + [o for o in L.OBJECTS if o[-1] not in "sxhy"]), self.pick(["have", "keep", "own", "see", "want"])
                many = {"sheep": "sheep", "fish": "fish", "mouse": "mice", "wolf": "wolves", "goose": "geese", "deer": "deer", "fox": "foxes"}.get(many, many + "s")
                held = {"have": "has"}.get(has, has + "s")
                told.append(f"{cap(who)} {held} {n} {many}.")
                asks.append(([f"How many {many} does {who} {has}?", f"What number of {many} does {who} {has}?"], [f"how many {many} {who} {held}"], [f"the number of {many} that {who} {held}"], f"{cap(who)} {held} {n} {many}."))
                continue
            verb, _, did = self.pick([v for v in L.table(L.VERBS) if " " not in v[0]])
            thing, where, when = self.thing(), self.spot(), self.time()
            if when.startswith(("every", "once", "twice")):
                when = "yesterday"
            told.append(self.pick([f"{cap(who)} {did} the {thing} {where} {when}.", f"{cap(when)} {who} {did} the {thing} {where}.", f"{cap(when)}, {who} {did} the {thing} {where}."]))
            asks += [([f"Who {did} the {thing}?", f"By whom was the {thing} there? Who {did} it?"][:1], [f"who {did} the {thing}"], [f"the person who {did} the {thing}"], f"{cap(who)} {did} the {thing}."),
                     ([f"What did {who} {verb}?", f"Which thing did {who} {verb}?"], [f"what {who} {did}"], [f"the thing that {who} {did}"], f"{cap(who)} {did} the {thing}."),
                     ([f"Where did {who} {verb} the {thing}?", f"In which place did {who} {verb} the {thing}?"], [f"where {who} {did} the {thing}"], [f"the place where {who} {did} the {thing}"], f"{cap(who)} {did} the {thing} {where}."),
                     ([f"When did {who} {verb} the {thing}?", f"On which day did {who} {verb} the {thing}?"], [f"when {who} {did} the {thing}"], [f"the time when {who} {did} the {thing}"], f"{cap(who)} {did} the {thing} {when}.")]
        chat, before = self.given(" ".join(told))
        for *forms, answer in self.r.sample(asks, min(len(asks), self.r.choice([1, 1, 2, 3]))):
            chat += self.qa(before + self.word(*forms), answer)
            before = ""
        return chat

    def brief(self):
        """Only what is asked for."""
        facts = self.facts(self.r.choice([1, 2, 3]))
        entity, relation, value = self.pick(facts)
        order = self.pick(["Answer briefly.", "Answer in as few words as possible.", "Give short answers.", "Only say the answer."])
        if self.chance(0.5):
            return [("system", order)] + self.qa(f"{self.passage(facts)} {self.question(entity, relation)}", f"{cap(value)}.")
        return self.qa(f"{self.passage(facts)} {self.question(entity, relation)} {order}", f"{cap(value)}.")

    def reworded(self):
        """Questions that were answered are asked again in other words, among others: the answer is the same. The first answers nobody could
        know: they have the role "told", which is written as the assistant's and not learned."""
        facts = self.facts(self.r.choice([1, 2, 2, 3, 4]))
        style = self.style()
        answers = [style(self.answer(*fact)) for fact in facts]
        order = list(range(len(facts)))
        chat = []
        for i in order:
            chat += [("user", self.question(*facts[i][:2])), ("told", answers[i])]
        for i in self.r.sample(order, min(len(order), self.r.choice([1, 2, 3]))):
            chat += self.qa(self.question(*facts[i][:2]), answers[i])
        return chat

    def style(self):
        """A manner of speaking, the same in all answers of a chat."""
        if self.chance(0.55):
            return lambda text: text
        end = self.pick([", my friend", ", sir", ", dear", ", of course", ", I think", ", you know", ", " + self.invented().lower(), ", " + self.pick(L.ANIMAL_WORDS), ", " + self.pick(["aye", "hooray", "meow", "beep", "ha", "oh my", "la la la"])])
        start = self.pick(["Well, ", "Oh, ", "Yes! ", "Beep! ", "Listen: ", "Ah, ", f"{cap(self.pick(L.OBJECTS))}! ", f"{self.invented()}! ", "My dear, "])
        mark = self.pick([".", "!", "!", " ..."])
        kind = self.r.randrange(3)
        if kind == 0:
            return lambda text: text[:-1] + end + mark
        if kind == 1:
            return lambda text: start + (low(text) if start.endswith(", ") and text.startswith("The ") else text)
        return lambda text: text[:-1] + mark

    def nobody(self):
        """Asked without having been told."""
        entity, relation, _ = self.fact(self.pick([lambda: Entity("person", self.invented() + " " + self.invented(), HE), lambda: Entity("place", self.invented(), IT)])())
        return self.qa(self.question(entity, relation), f"I do not know {'anyone' if entity.kind == 'person' else 'a place'} called {entity.name}.")

    def arrow(self):
        """Notes with values: a list is read."""
        rows = [(self.pick([self.proper, self.person, self.thing])(), self.pick([self.number, self.shade, self.food, self.hour])()) for _ in range(self.r.randint(2, 5))]
        rows = list(dict(rows).items())
        sign = self.pick([": ", " - ", " = "])
        text = self.pick(["\n", "\n", "; ", ", "]).join(f"{a}{sign}{b}" for a, b in rows)
        name, value = self.pick(rows)
        form = self.pick(["What is written beside {a}?", "What stands beside {a}?", "What does the list say about {a}?", "Which value has {a}?", "Find {a} in the list.", "Look up {a}.", "What is the entry of {a}?"])
        return self.qa(f"{text}\n{form.format(a=name)}", f"{cap(name)}{sign}{value}" if sign != ", " else value)


def low_form(text, entity):
    """Inside a sentence only names keep their capital."""
    return text if text.startswith(cap(entity.name)) and entity.name[0].isupper() else text[0].lower() + text[1:]
