"""Questions on the tables in facts.py, and their answers. A chat is a list of (role, text)."""
import facts as F
from words import Words, an, at, cap


class Knowledge(Words):
    def capital(self):
        country, city, continent, _ = self.pick(F.table(F.COUNTRIES))
        if self.r.random() < 0.6:
            return self.qa(self.ask(["What is the capital of {c}?", "Tell me the capital of {c}.", "Which city is the capital of {c}?", "Do you know the capital of {c}?", "capital of {c}?", "What is {c}'s capital?", "What city is the capital of {c}?", "I want to know the capital of {c}.", "Name the capital of {c}."], c=country), f"The capital of {country} is {city}.")
        return self.qa(self.ask(["Where is {c}?", "On which continent is {c}?", "Is {c} in Europe or somewhere else?", "Tell me where {c} is.", "Which continent is {c} in?", "Where can I find {c}?", "In which part of the world is {c}?", "What continent is {c} in?"], c=country), f"{country} is in {continent}.")

    def country(self):
        country, city, _, language = self.pick(F.table(F.COUNTRIES))
        if self.r.random() < 0.5:
            return self.qa(self.ask(["Which country has the capital {c}?", "{c} is the capital of which country?", "What country has {c} as its capital?", "Name the country whose capital is {c}.", "Tell me which country has the capital {c}.", "Of which country is {c} the capital?"], c=city), f"{city} is the capital of {country}.")
        return self.qa(self.ask(["What language do people speak in {c}?", "Which language is spoken in {c}?", "What do people speak in {c}?", "What is the language of {c}?", "Name the language of {c}.", "Tell me what people speak in {c}.", "Which language do people in {c} use?", "Tell me the language of {c}."], c=country), f"People in {country} speak {language}.")

    def animal(self):
        animal, sound, home, food, legs, young = self.pick(F.table(F.ANIMALS))
        kinds = [(["Where does {a} live?", "Where do you find {a}?", "In which place does {a} live?", "What is the home of {a}?", "Where is the home of {a}?", "Tell me where {a} lives."], f"{cap(an(animal))} lives {at(home)}."),
                 (["What does {a} eat?", "What is the food of {a}?", "What food does {a} eat?", "What can I give {a} to eat?", "What does {a} like to eat?", "Tell me what {a} eats."], f"{cap(an(animal))} eats {food}."),
                 (["How many legs does {a} have?", "Tell me how many legs {a} has.", "What is the number of legs of {a}?", "Do you know how many legs {a} has?", "Count the legs of {a}."], f"{cap(an(animal))} has {legs} legs."),
                 (["What is the young of {a} called?", "What do you call the young of {a}?", "What is the baby of {a} called?", "What do you call a baby of {a}?", "Tell me what the young of {a} is called.", "What is a baby of {a} called?"], f"The young of {an(animal)} is called {an(young)}.")]
        if sound:
            kinds.append((["What sound does {a} make?", "What does {a} do when it makes a sound?", "Which sound does {a} make?", "What does {a} sound like?", "Tell me the sound of {a}.", "How does {a} sound?"], f"{cap(an(animal))} {sound}."))
        forms, answer = self.pick(kinds)
        return self.qa(self.ask(forms, a=an(animal)), answer)

    def about_animal(self):
        animal, _, home, food, _, _ = self.pick(F.table(F.ANIMALS))
        return self.qa(self.ask(["What is {a}?", "Tell me about {a}.", "What do you know about {a}?", "Describe {a}.", "Explain what {a} is.", "Can you explain what {a} is?"], a=an(animal)),
                       f"{cap(an(animal))} is an animal. It lives {at(home)} and eats {food}.")

    def ability(self):
        verb, able, unable = self.pick(F.table(F.ABILITIES))
        can = self.r.random() < 0.6
        who = self.pick((able if can else unable).split(" "))
        question = self.pick([f"Can {an(who)} {verb}?", f"Is {an(who)} able to {verb}?", f"Tell me if {an(who)} can {verb}.", f"Do you think {an(who)} can {verb}?"])
        return self.qa(self.put(question), f"Yes, {an(who)} can {verb}." if can else f"No, {an(who)} cannot {verb}.")

    def beyond(self):
        """Questions that are too large for so small a model: it says so."""
        topic = self.pick(F.TOPICS.split(", "))
        question = self.pick(["What is {t}?", "Explain {t}.", "Tell me about {t}.", "How does {t} work?", "What do you know about {t}?", "Can you explain {t}?", "What do you think about {t}?", "Why is {t} important?", "Write a text about {t}."])
        return self.qa(self.put(question.format(t=topic)), f"I am too small to know much about {topic}.")

    def colour(self):
        thing, colour = self.pick(F.table(F.COLOURS))
        return self.qa(self.ask(["What colour is the {t}?", "Which colour does the {t} have?", "Tell me the colour of the {t}.", "What is the colour of the {t}?"], t=thing), f"The {thing} is {colour}.")

    def opposite(self):
        a, b = self.pick(F.table(F.OPPOSITES))
        return self.qa(self.ask(["What is the opposite of {a}?", "Tell me the opposite of {a}.", "Which word means the opposite of {a}?", "What is the contrary of {a}?", "Give me the opposite of {a}.", "Which word is the opposite of {a}?", "What is the opposite of the word {a}?"], a=a), f"The opposite of {a} is {b}.")

    def word_form(self):
        if self.r.random() < 0.5:
            a, b = self.pick(F.table(F.PLURALS))
            return self.qa(self.ask(["What is the plural of {a}?", "Give me the plural of {a}.", "One {a}, two what?", "Tell me the plural of {a}."], a=a), f"The plural of {a} is {b}.")
        a, b = self.pick(F.table(F.PAST))
        return self.qa(self.ask(["What is the past tense of {a}?", "Give me the past tense of {a}.", "Today I {a}. What did I do yesterday?", "Tell me the past tense of {a}."], a=a), f"The past tense of {a} is {b}.")

    def definition(self):
        word, meaning = self.pick(F.table(F.DEFINITIONS))
        subject = cap(word) if word in ("winter", "summer", "spring", "autumn", "bread", "cheese", "honey", "rain", "breakfast", "dinner") else cap(an(word))
        return self.qa(self.ask(["What is {w}?", "What does the word {p} mean?", "What does {p} mean?", "Explain what {w} is.", "Can you tell me what {w} is?", "Define {p}.", "Define {w}.", "What is the meaning of {p}?", "Tell me what {w} is.", "Tell me about {w}.", "What do you know about {w}?", "Describe {w}.", "Can you explain what {w} is?"], w=subject[0].lower() + subject[1:], p=word), f"{subject} is {meaning}.")

    def reason(self):
        what, why = self.pick(F.table(F.REASONS))
        return self.qa(self.ask(["Why {w}?", "Can you explain why {w}?", "Tell me, why {w}?", "Why {w}, do you know?", "Explain to me: why {w}?", "My question is: why {w}?", "Do you know the reason? Why {w}?", "I want to know: why {w}?"], w=what), why)

    def how_to(self):
        what, how = self.pick(F.table(F.HOWTO))
        return self.qa(self.ask(["How do I {w}?", "How can I {w}?", "Tell me how to {w}.", "What should I do to {w}?", "Explain how to {w}."], w=what), how)

    def category(self):
        word, kind = self.pick(F.table(F.CATEGORIES))
        if self.r.random() < 0.5:
            return self.qa(self.ask(["What kind of thing is {w}?", "What is the group of the word {w}?", "What sort of thing is {w}?", "Tell me what kind of thing {w} is.", "Which kind of thing is {w}?"], w=word), f"{cap(word)} is {an(kind)}.")
        others = [w for w, k in F.table(F.CATEGORIES) if k == kind]
        return self.qa(self.ask(["Name {k}.", "Give me the name of {k}.", "Can you name {k}?", "Say the name of {k}.", "Give me an example of {k}.", "Tell me the name of {k}."], k=an(kind)), f"{cap(self.pick(others))} is {an(kind)}.")

    def arithmetic(self):
        a, b = self.r.randint(0, 10), self.r.randint(0, 10)
        word, result = ("plus", a + b) if self.r.random() < 0.6 else ("minus", a - b)
        if result < 0:
            a, b, result = b, a, -result
        x, y, z = F.NUMBERS[a], F.NUMBERS[b], F.NUMBERS[result]
        if self.r.random() < 0.4:
            x, y, z = str(a), str(b), str(result)
        return self.qa(self.ask(["What is {x} {o} {y}?", "How much is {x} {o} {y}?", "{x} {o} {y}?", "Tell me what {x} {o} {y} is."], x=x, y=y, o=word), f"{cap(x)} {word} {y} is {z}.")

    def calendar(self):
        days = self.r.random() < 0.6
        names = F.DAYS if days else F.MONTHS
        i = self.r.randrange(len(names))
        kind = "day" if days else "month"
        pick = self.r.randrange(4)
        if pick == 0:
            return self.qa(self.ask(["What {k} comes after {d}?", "Which {k} comes after {d}?", "Tell me the {k} after {d}."], k=kind, d=names[i]), f"{names[(i + 1) % len(names)]} comes after {names[i]}.")
        if pick == 1:
            return self.qa(self.ask(["What {k} comes before {d}?", "Which {k} comes before {d}?", "Tell me the {k} before {d}."], k=kind, d=names[i]), f"{names[i - 1]} comes before {names[i]}.")
        if pick == 2:
            return self.qa(self.ask(["What is the {o} {k}?", "Which {k} is the {o}?", "Tell me the {o} {k}."], o=F.ORDINALS[i], k=kind + (" of the week" if days else " of the year")), f"The {F.ORDINALS[i]} {kind} is {names[i]}.")
        a, b = sorted([self.r.randint(0, 9), self.r.randint(10, 20)])
        b = min(b, a + 9)
        return self.qa(self.ask(["Count from {a} to {b}.", "Please count from {a} to {b}.", "Can you count from {a} to {b}?"], a=F.NUMBERS[a], b=F.NUMBERS[b]), cap(", ".join(F.NUMBERS[a:b + 1])) + ".")
