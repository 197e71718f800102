"""Questions on the tables in facts.py, in many wordings with one answer each."""
import facts as F
import lexicon as L
from words import Words, an, cap, low

COUNTRIES = L.table(F.COUNTRIES + "\n" + F.MORE_COUNTRIES)
ANIMALS, COLOURS, OPPOSITES, PLURALS, PAST = (L.table(t) for t in (F.ANIMALS, F.COLOURS, F.OPPOSITES, F.PLURALS, F.PAST))
DEFINITIONS, REASONS, HOWTO, CATEGORIES = (L.table(t) for t in (F.DEFINITIONS, F.REASONS, F.HOWTO, F.CATEGORIES))
USES, WORKPLACES, MADE_OF, ABILITIES = (L.table(t) for t in (F.USES, F.WORKPLACES, F.MADE_OF, F.ABILITIES))
COMMON = [(forms.split(" / "), answer) for forms, answer in (line.split("|") for line in F.COMMON.split("\n"))]
NO_ARTICLE = "winter summer spring autumn bread cheese honey rain breakfast dinner".split()


def one(word, kind):
    """With an article where it can be counted."""
    return word if kind in ("colour", "sport", "metal") else an(word)


def at(home):
    return ("on " if home in ("a farm", "a plane", "a ship") else "in ") + home


class Knowledge(Words):
    def common(self):
        forms, answer = self.pick(COMMON)
        return self.qa(self.put(self.pick(forms)), answer)

    def capital(self):
        c, city, continent, _ = self.pick(COUNTRIES)
        if self.chance(0.65):
            return self.qa(self.word([f"What is the capital of {c}?", f"Which city is the capital of {c}?", f"What is {c}'s capital?", f"What city is the capital of {c}?", f"capital of {c}?", f"What is the capital city of {c}?", f"{c} has which capital?", f"{cap(c)}: what is the capital?", f"The capital of {c} is what?", f"Which city is {c}'s capital?", f"What is the capital of {c} called?"],
                                     [f"what the capital of {c} is", f"which city is the capital of {c}"], [f"the capital of {c}", f"the capital city of {c}", f"{c}'s capital", f"the name of the capital of {c}"]), f"The capital of {c} is {city}.")
        return self.qa(self.word([f"Where is {c}?", f"On which continent is {c}?", f"Which continent is {c} in?", f"In which part of the world is {c}?", f"What continent is {c} in?", f"Where can I find {c}?", f"Where in the world is {c}?"],
                                 [f"where {c} is", f"on which continent {c} is", f"where to find {c}"], [f"the continent of {c}"]), f"{cap(c)} is in {continent}.")

    def country(self):
        c, city, _, language = self.pick(COUNTRIES)
        if self.chance(0.5):
            return self.qa(self.word([f"Which country has the capital {city}?", f"{city} is the capital of which country?", f"What country has {city} as its capital?", f"Of which country is {city} the capital?", f"What is {city} the capital of?", f"In which country is {city}?"],
                                     [f"which country has the capital {city}", f"of which country {city} is the capital", f"in which country {city} is"], [f"the country whose capital is {city}", f"the country with the capital {city}"]), f"{city} is the capital of {c}.")
        return self.qa(self.word([f"What language do people speak in {c}?", f"Which language is spoken in {c}?", f"What do people speak in {c}?", f"Which language do people in {c} use?", f"What language is spoken in {c}?", f"What is spoken in {c}?"],
                                 [f"what language people speak in {c}", f"which language is spoken in {c}", f"what people speak in {c}"], [f"the language of {c}", f"the language people speak in {c}"]), f"People in {c} speak {language}.")

    def animal(self):
        animal, sound, home, food, legs, young = self.pick(ANIMALS)
        a = an(animal)
        kinds = [(([f"Where does {a} live?", f"Where do you find {a}?", f"In which place does {a} live?", f"Where do {animal}s live?", f"Where can I see {a}?"], [f"where {a} lives", f"where to find {a}"], [f"the home of {a}", f"the place where {a} lives"]), f"{cap(a)} lives {at(home)}."),
                 (([f"What does {a} eat?", f"What food does {a} eat?", f"What can I give {a} to eat?", f"What does {a} like to eat?", f"What do {animal}s eat?", f"What should I feed {a}?"], [f"what {a} eats", f"what to feed {a}"], [f"the food of {a}"]), f"{cap(a)} eats {food}."),
                 (([f"How many legs does {a} have?", f"How many legs has {a}?", f"{cap(a)} has how many legs?", f"Has {a} got legs, and how many?", f"How many legs do {animal}s have?"], [f"how many legs {a} has"], [f"the number of legs of {a}"]), f"{cap(a)} has {legs} legs."),
                 (([f"What is a young {animal} called?", f"What is the young of {a} called?", f"What do you call a baby {animal}?", f"What is a baby {animal} called?"], [f"what a young {animal} is called", f"what a baby {animal} is called"], [f"the name of a young {animal}", f"the word for a baby {animal}"]), f"A young {animal} is called {an(young)}.")]
        if sound:
            kinds.append((([f"What sound does {a} make?", f"What noise does {a} make?", f"How does {a} sound?", f"What does {a} say?", f"Which sound does {a} make?"], [f"what sound {a} makes", f"how {a} sounds"], [f"the sound of {a}", f"the noise of {a}"]), f"{cap(a)} {sound}."))
        forms, answer = self.pick(kinds)
        if "lives" in answer and animal in ("sheep", "fish", "mouse", "wolf"):
            forms = ([f for f in forms[0] if f"{animal}s" not in f], *forms[1:])
        return self.qa(self.word(*forms).replace("sheeps", "sheep").replace("fishs", "fish").replace("mouses", "mice").replace("wolfs", "wolves").replace("foxs", "foxes"), answer)

    def colour(self):
        thing, colour = self.pick(COLOURS)
        t = thing if thing in ("snow", "coal", "blood", "grass", "milk", "mud", "chocolate") else f"the {thing}" if thing in ("sky", "sea", "sun", "night") else an(thing)
        return self.qa(self.word([f"What colour is {t}?", f"Which colour is {t}?", f"Which colour does {t} have?", f"What color is {t}?", f"{cap(t)} is of which colour?", f"What is the colour of {t}?"], [f"what colour {t} is", f"which colour {t} has"], [f"the colour of {t}"]), f"{cap(t)} is {colour}.")

    def opposite(self):
        a, b = self.pick(OPPOSITES)
        return self.qa(self.word([f"What is the opposite of {a}?", f"Which word is the opposite of {a}?", f"{cap(a)} is the opposite of what?", f"What is the contrary of {a}?", f"Which word means the contrary of {a}?", f"opposite of {a}?"], [f"what the opposite of {a} is", f"which word is the opposite of {a}"], [f"the opposite of {a}", f"the contrary of {a}"]), f"The opposite of {a} is {b}.")

    def word_form(self):
        if self.chance(0.5):
            a, b = self.pick(PLURALS)
            return self.qa(self.word([f"What is the plural of {a}?", f"How do you say {a} in the plural?", f"One {a}, two what?", f"Which word is the plural of {a}?"], [f"what the plural of {a} is"], [f"the plural of {a}", f"the plural form of {a}"]), f"The plural of {a} is {b}.")
        a, b = self.pick(PAST)
        return self.qa(self.word([f"What is the past tense of {a}?", f"How do you say {a} in the past?", f"Which word is the past tense of {a}?", f"What is the past of {a}?"], [f"what the past tense of {a} is"], [f"the past tense of {a}", f"the past form of {a}"]), f"The past tense of {a} is {b}.")

    def definition(self):
        word, meaning = self.pick(DEFINITIONS)
        subject = cap(word) if word in NO_ARTICLE else cap(an(word))
        w = low(subject)
        return self.qa(self.word([f"What is {w}?", f"What does the word {word} mean?", f"What does {word} mean?", f"Explain what {w} is.", f"Define {word}.", f"Define {w}.", f"Tell me about {w}.", f"Describe {w}.", f"What exactly is {w}?", f"What would you call {w}?", f"What is meant by {word}?", f"Say what {w} is.", f"Who or what is {w}?"],
                                 [f"what {w} is", f"what {word} means", f"what the word {word} means"], [f"the meaning of {word}", f"the definition of {word}", f"the meaning of the word {word}"]), f"{subject} is {meaning}.")

    def reason(self):
        what, why = self.pick(REASONS)
        return self.qa(self.put(self.pick([f"Why {what}?", f"Can you explain why {what}?", f"Tell me, why {what}?", f"Why {what}, do you know?", f"Explain to me: why {what}?", f"My question is: why {what}?", f"Do you know the reason? Why {what}?", f"I want to know: why {what}?", f"For what reason {what}?", f"How come? Why {what}?"])), why)

    def how_to(self):
        what, how = self.pick(HOWTO)
        return self.qa(self.word([f"How do I {what}?", f"How can I {what}?", f"What should I do to {what}?", f"Explain how to {what}.", f"What is the best way to {what}?", f"How do you {what}?", f"Help me {what}.", f"Teach me to {what}.", f"I want to {what}."], [f"how to {what}", f"how I can {what}", f"how I {what}"]), how)

    def use(self):
        t, use = self.pick(USES)
        a = t if t == "soap" or t == "scissors" else an(t)
        verb = ("are", "do") if t == "scissors" else ("is", "does")
        return self.qa(self.word([f"What {verb[0]} {a} used for?", f"What do you use {a} for?", f"What {verb[0]} {a} for?", f"What can I do with {a}?", f"For what do people use {a}?", f"Why do people have {a}?"], [f"what {a} {verb[0]} used for", f"what {a} {verb[0]} for"], [f"the use of {a}", f"the purpose of {a}"]), f"{cap(a)} {verb[0]} used for {use}.")

    def workplace(self):
        job, place = self.pick(WORKPLACES)
        a = an(job)
        return self.qa(self.word([f"Where does {a} work?", f"In which place does {a} work?", f"Where do {job}s work?", f"Where can I meet {a}?"], [f"where {a} works"], [f"the workplace of {a}", f"the place where {a} works"]), f"{cap(a)} works {at(place)}.")

    def made_of(self):
        t, parts = self.pick(MADE_OF)
        be = "are" if t.endswith("s") and t != "glass" else "is"
        return self.qa(self.word([f"What {be} {t} made of?", f"Of what {be} {t} made?", f"What do you need to make {t}?", f"How do people make {t}?", f"What {be} {t} usually made of?", f"{cap(t)} {be} made of what?", f"Of which things do people make {t}?", f"From what {be} {t} made?"], [f"what {t} {be} made of", f"of what {t} {be} made"]), f"{cap(t)} {be} made of {parts}.")

    def category(self):
        word, kind = self.pick(CATEGORIES)
        w = one(word, kind)
        if self.chance(0.5):
            return self.qa(self.word([f"What kind of thing is {w}?", f"What sort of thing is {w}?", f"Which kind of thing is {w}?", f"To which group does {w} belong?", f"What kind of thing is {word}?"], [f"what kind of thing {w} is", f"what sort of thing {w} is"], [f"the group of the word {word}"]), f"{cap(w)} is {an(kind)}.")
        first = next(x for x, k in CATEGORIES if k == kind)
        k = an(kind)
        return self.qa(self.put(self.pick([f"Name {k}.", f"Give me the name of {k}.", f"Can you name {k}?", f"Say the name of {k}.", f"Give me an example of {k}.", f"Tell me the name of {k}."])), f"{cap(one(first, kind))} is {k}.")

    def ability(self):
        what, can, cannot = self.pick(ABILITIES)
        able = self.chance(0.5)
        who = self.pick((can if able else cannot).split())
        return self.qa(self.put(self.pick([f"Can {an(who)} {what}?", f"Is {an(who)} able to {what}?", f"Does {an(who)} know how to {what}?"])), f"Yes, {an(who)} can {what}." if able else f"No, {an(who)} cannot {what}.")

    def yes_no(self):
        if self.chance(0.5):
            word, kind = self.pick(CATEGORIES)
            asked = kind if self.chance(0.5) else self.pick([k for _, k in CATEGORIES if k != kind])
            w = one(word, kind)
            return self.qa(self.put(self.pick([f"Is {w} {an(asked)}?", f"Is {w} a kind of {asked}?" if asked[0] != "p" else f"Is {w} {an(asked)}?"])), f"Yes, {w} is {an(kind)}." if asked == kind else f"No, {w} is {an(kind)}.")
        country, city, *_ = self.pick(COUNTRIES)
        asked = city if self.chance(0.5) else self.pick(COUNTRIES)[1]
        return self.qa(self.put(f"Is {asked} the capital of {country}?"), f"Yes, {city} is the capital of {country}." if asked == city else f"No, the capital of {country} is {city}.")

    def arithmetic(self):
        a, b = self.r.randint(0, 12), self.r.randint(0, 12)
        word, sign, result = self.pick([("plus", "+", a + b), ("plus", "+", a + b), ("minus", "-", a - b), ("times", "*", a * b)])
        if word == "times":
            a, b = a % 6, b % 11
            result = a * b
        if result < 0:
            a, b, result = b, a, -result
        digits = result > 20 or self.chance(0.5)
        x, y, z = (str(n) if digits else L.NUMBERS[n] for n in (a, b, result)) if digits or result <= 20 else (str(a), str(b), str(result))
        o = sign if digits and self.chance(0.5) else word
        return self.qa(self.word([f"What is {x} {o} {y}?", f"How much is {x} {o} {y}?", f"{x} {o} {y}?", f"{x} {o} {y} = ?", f"Calculate {x} {o} {y}.", f"Work out {x} {o} {y}."], [f"what {x} {o} {y} is", f"how much {x} {o} {y} is"]), f"{cap(x)} {word} {y} is {z}.")

    def calendar(self):
        days = self.chance(0.6)
        names, kind = (L.DAYS, "day") if days else (L.MONTHS, "month")
        i, n = self.r.randrange(len(names)), len(names)
        pick = self.r.randrange(4)
        if pick == 0:
            return self.qa(self.word([f"What {kind} comes after {names[i]}?", f"Which {kind} comes after {names[i]}?", f"What comes after {names[i]}?", f"Which {kind} follows {names[i]}?"], [f"which {kind} comes after {names[i]}", f"what comes after {names[i]}"], [f"the {kind} after {names[i]}"]), f"{names[(i + 1) % n]} comes after {names[i]}.")
        if pick == 1:
            return self.qa(self.word([f"What {kind} comes before {names[i]}?", f"Which {kind} comes before {names[i]}?", f"What comes before {names[i]}?"], [f"which {kind} comes before {names[i]}"], [f"the {kind} before {names[i]}"]), f"{names[i - 1]} comes before {names[i]}.")
        if pick == 2:
            k = kind + (" of the week" if days else " of the year")
            return self.qa(self.word([f"What is the {L.ORDINALS[i]} {k}?", f"Which {kind} is the {L.ORDINALS[i]}?", f"Which is the {L.ORDINALS[i]} {k}?"], [f"which {kind} is the {L.ORDINALS[i]}"], [f"the {L.ORDINALS[i]} {k}"]), f"The {L.ORDINALS[i]} {kind} is {names[i]}.")
        a = self.r.randint(0, 9)
        b = a + self.r.randint(3, 10)
        x, y, digits = L.NUMBERS[a], L.NUMBERS[b], self.chance(0.4)
        x, y = (str(a), str(b)) if digits else (x, y)
        return self.qa(self.pick([f"Count from {x} to {y}.", f"Please count from {x} to {y}.", f"Can you count from {x} to {y}?", f"Say the numbers from {x} to {y}."]), cap(", ".join(str(i) if digits else L.NUMBERS[i] for i in range(a, b + 1))) + ".")

    def all_days(self):
        kind, names = self.pick([("days of the week", L.DAYS), ("months of the year", L.MONTHS), ("seasons", L.SEASONS), ("months", L.MONTHS), ("days", L.DAYS)])
        return self.qa(self.pick([f"List the {kind}.", f"Name the {kind}.", f"What are the {kind}?", f"Tell me the {kind}.", f"Say all {kind}.", f"Which are the {kind}?"]), cap(", ".join(names[:-1])) + f" and {names[-1]}.")
