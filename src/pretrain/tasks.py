"""Exercises: copying, spelling, sorting, lists, JSON, patterns from examples, sentences and short stories."""
import json
import lexicon as L
from words import Words, an, cap

# In free writing a name that could be any would come out as a mixture of all.
HEROES_F, HEROES_M, THINGS = "Anna Emma Rosa Lucy Mia Clara".split(), "Ben Tom Leo Max Paul Hugo".split(), ["golden key", "red kite", "old map", "silver bell", "small boat", "blue lamp", "wooden box", "lost letter"]
HOMES, FOES = "garden forest village castle river market".split(), "fox cat owl bear rabbit mouse dog wolf".split()
GROUPS = {"fruits": "apples pears bananas cherries plums grapes", "animals": "dogs cats cows horses sheep pigs", "colours": "red blue green yellow black white", "vegetables": "carrots onions potatoes cabbages beans peas", "birds": "eagles owls swans robins crows geese",
          "tools": "hammers saws knives needles ladders brooms", "instruments": "pianos violins drums flutes guitars trumpets", "vehicles": "cars buses trains ships bicycles planes", "drinks": "water milk tea coffee juice lemonade", "sports": "football tennis swimming running cycling sailing",
          "clothes": "shirts coats hats shoes scarves gloves", "trees": "oaks pines birches maples willows beeches", "flowers": "roses tulips daisies lilies violets poppies", "metals": "gold silver iron copper tin lead", "countries": "France Spain Italy Japan Brazil Egypt", "planets": "Mercury Venus Earth Mars Jupiter Saturn"}


class Tasks(Words):
    def repeat(self):
        n = self.r.random()
        text = (self.invented() if n < 0.25 else f"{self.invented()} {self.invented()}" if n < 0.4 else f"the {self.thing()} of {self.invented()}" if n < 0.55 else f"{self.person()} went to the {self.pick(L.PLACES)}" if n < 0.7
                else " ".join(self.pick(L.OBJECTS + L.FOODS + L.ADJECTIVES + L.ANIMAL_WORDS + L.JOBS + L.ADVERBS) for _ in range(self.r.randint(2, 8))))
        return self.qa(self.pick([f"Repeat after me: {text}.", f"Say: {text}.", f"Please say this: {text}.", f"Copy this: {text}.", f"Repeat: {text}.", f"Write this again: {text}.", f"Say this after me: {text}."]), f"{cap(text)}.")

    def any_letters(self):
        """Strange words to copy, so that every letter and byte has been seen: accents, other scripts, signs."""
        ranges = [(33, 127), (33, 127), (192, 256), (192, 256), (338, 340), (913, 970), (1040, 1104), (8208, 8231), (8364, 8365), (0x4E00, 0x9FFF), (0x1F300, 0x1F650), (0x600, 0x6FF)]
        low, high = self.pick(ranges)
        word = "".join(chr(self.r.randrange(low, high)) for _ in range(self.r.randint(2, 5)))
        if low in (192, 338):
            word = "".join(letter + self.pick(["e", "a", "s", "t", "r", "n", "l", ""]) for letter in word)
        text = word if self.chance(0.5) else f"{self.pick(L.ADJECTIVES)} {word} {self.pick(L.OBJECTS)}"
        return self.qa(self.pick([f"Repeat after me: {text}", f"Say: {text}", f"Copy this: {text}"]), text)

    def spell(self):
        word = self.pick(L.OBJECTS + L.PLACES + L.FOODS + [self.invented(), self.invented()]).replace("-", "")
        return self.qa(self.word([f"How do you spell {word}?", f"Spell {word}.", f"Please spell the word {word}.", f"How is {word} spelled?"], [f"how to spell {word}", f"how {word} is spelled"], [f"the spelling of {word}"]), f"{cap(word)} is spelled " + "-".join(word.upper()) + ".")

    def letters(self):
        word = self.pick(L.OBJECTS + L.FOODS + L.ANIMAL_WORDS).replace("-", "")
        first = self.chance(0.5)
        return self.qa(self.word([f"What is the {'first' if first else 'last'} letter of {word}?", f"With which letter does {word} {'begin' if first else 'end'}?"], noun=[f"the {'first' if first else 'last'} letter of {word}"]), f"The {'first' if first else 'last'} letter of {word} is {word[0 if first else -1].upper()}.")

    def group_list(self):
        group, words = self.pick(list(GROUPS.items()))
        words, n = words.split(), self.r.choice([2, 3, 3, 4, 5])
        ask = self.pick(["Name {n} {g}.", "List {n} {g}.", "Give me {n} {g}.", "Tell me {n} {g}.", "Can you name {n} {g}?", "Write a list of {n} {g}.", "I need {n} {g}.", "Please list {n} {g}.", "Give me a list of {n} {g}."]).format(n=L.NUMBERS[n] if self.chance(0.7) else n, g=group)
        if "list of" in ask.lower() or self.chance(0.25):
            return self.qa(ask, "\n".join(f"{i + 1}. {cap(w)}" for i, w in enumerate(words[:n])))
        return self.qa(ask, cap(", ".join(words[:n - 1])) + f" and {words[n - 1]}.")

    def items(self):
        """A list that the user gives: as lines, sorted, counted, its first or last."""
        things = self.r.sample(self.pick([L.OBJECTS, L.FOODS, L.ANIMAL_WORDS, L.NAMES_F + L.NAMES_M]), self.r.randint(3, 6))
        text, kind = ", ".join(things), self.r.randrange(6)
        if kind == 0:
            return self.qa(self.pick([f"Make a list of these: {text}", f"Write as a list: {text}", f"Put this into a list: {text}", f"List these things: {text}"]), "\n".join(f"- {t}" for t in things))
        if kind == 1:
            return self.qa(self.pick([f"Sort these words: {text}", f"Sort by alphabet: {text}", f"Put these words in order: {text}"]), ", ".join(sorted(things, key=str.lower)))
        if kind == 2:
            return self.qa(self.pick([f"How many things are there: {text}?", f"Count these: {text}", f"How many words are in this list: {text}?"]), f"There are {L.NUMBERS[len(things)]}.")
        if kind == 3:
            return self.qa(f"{text}. {self.pick(['Which one is the last?', 'What comes last?', 'What is the last one?', 'Name the last.'])}", f"The last one is {things[-1]}.")
        if kind == 4:
            return self.qa(f"{text}. {self.pick(['Which one is the first?', 'What comes first?', 'What is the first one?', 'Name the first.'])}", f"The first one is {things[0]}.")
        return self.qa(self.pick([f"Turn this around: {text}", f"Say these backwards: {text}", f"Reverse the order: {text}"]), ", ".join(reversed(things)))

    def as_json(self):
        person, row = self.person(), {}
        row["name"] = person
        row.update(self.r.sample([("age", self.r.randint(3, 99)), ("city", self.invented()), ("job", self.pick(L.JOBS)), ("colour", self.pick(L.COLOURS)), ("food", self.food()), ("animal", self.pick(L.ANIMAL_WORDS))], self.r.choice([1, 2, 2, 3])))
        told = {"age": "is {} years old", "city": "lives in {}", "job": "works as a {}", "colour": "likes the colour {}", "food": "eats {}", "animal": "has a {}"}
        text = " ".join([f"{person} {told[k].format(v)}." for k, v in row.items() if k != "name"])
        if self.chance(0.5):
            return self.qa(self.pick([f"Write as JSON: {text}", f"{text} Give me this as JSON.", f"Turn this into JSON: {text}", f"Make JSON of this text. {text}", f"{text} Answer in JSON."]), json.dumps(row, ensure_ascii=False))
        key = self.pick([k for k in row if k != "name"])
        return self.qa(f"{json.dumps(row, ensure_ascii=False)} {self.pick([f'What is the {key}?', f'Which {key} is it?', f'Tell me the {key}.', f'Read the {key}.', f'What is the {key} of {person}?'])}", f"The {key} is {row[key]}.")

    def pattern(self):
        """Examples of a rule, then a new case: in one message or as turns."""
        bank = self.pick([L.OBJECTS, L.FOODS, L.ANIMAL_WORDS, L.ADJECTIVES, L.NAMES_F, L.COLOURS])
        words = self.r.sample(bank, min(len(bank), self.r.choice([3, 4, 5])))
        mark, other = self.pick(["!", "?", "...", " yes", " no", " please"]), self.invented().lower()
        n = self.r.randint(0, 9)
        rule = self.pick([str.upper, lambda w: w + mark, lambda w: f"{w} {w}", lambda w: w[0].upper(), lambda w: f"the {w}", lambda w: other, lambda w: f"{w} and {other}", lambda w: "-".join(w), lambda w: f"I see {an(w)}.", lambda w: f"{n} {w}", lambda w: cap(w)])
        sign = self.pick([" -> ", ": ", " = ", " => "])
        if self.chance(0.5):
            return self.qa("\n".join(f"{w}{sign}{rule(w)}" for w in words[:-1]) + f"\n{words[-1]}{sign}".rstrip(" "), rule(words[-1]))
        chat = []
        for i, w in enumerate(words):
            chat += [("user", w), ("told" if i == 0 else "assistant", rule(w))]
        return chat

    def same_map(self):
        """Pairs that nobody could know, told and asked for again."""
        pairs = list({self.pick([self.invented, self.thing])(): self.pick([self.invented, self.thing, self.number, self.shade])() for _ in range(self.r.choice([2, 3, 4, 5]))}.items())
        a, b = self.pick(pairs)
        chat = []
        for x, y in pairs:
            chat += [("user", cap(x)), ("told", cap(y))]
        return chat + self.qa(cap(a), cap(b))

    def sentence(self):
        thing = self.pick([self.thing(), self.pick(L.OBJECTS), self.pick(L.ANIMAL_WORDS)])
        n, p = self.pick(HEROES_F + HEROES_M), self.pick(HOMES)
        text = self.pick([f"{n} found {an(thing)} in the {p}.", f"The {thing} is in the {p}.", f"There is {an(thing)} near the {p}.", f"I saw {an(thing)} yesterday.", f"{n} has {an(thing)}."])
        return self.qa(self.pick([f"Write a sentence about {an(thing)}.", f"Write one sentence with the word {thing}.", f"Use {thing} in a sentence.", f"Make a sentence with {thing}.", f"Give me a sentence about {an(thing)}.", f"Say something about {an(thing)}."]), text)

    def story(self):
        girl = self.chance(0.5)
        hero, friend, animal = self.pick(HEROES_F if girl else HEROES_M), self.pick(HEROES_M if girl else HEROES_F), self.pick(FOES)
        he, his = ("she", "her") if girl else ("he", "his")
        thing, food, place = self.pick(THINGS), self.pick(["soup", "cake", "apples", "bread", "pancakes"]), self.pick(HOMES)
        start = self.pick([f"One day, {hero} walked to the {place}.", f"{hero} lived near the {place}.", f"Once upon a time, {hero} lived in a small house near the {place}.", f"On a cold {self.pick(L.DAYS)}, {hero} went to the {place}.", f"Once there was {an(animal)} called {hero}. {cap(he)} lived in the {place}."])
        middle = self.pick([f"There {he} found {an(thing)}.", f"There {he} met {friend}, who had {an(thing)}.", f"{cap(he)} was looking for {his} {thing}, but it was not there.", f"Suddenly {an(animal)} came and took {his} {thing}.", f"{cap(he)} heard a strange sound. It came from {an(thing)}."])
        turn = self.pick([f"{friend} helped {hero} to look for it.", f"\"Is this your {thing}?\" asked {friend}.", f"{hero} was surprised and called {friend}.", f"{hero} gave {friend} some {food}.", f"\"What a surprise!\" said {friend}."])
        end = self.pick(["In the end, they became good friends.", f"Then they went home and ate {food}.", f"{hero} was very happy that evening.", "After that, they laughed for a long time.", "And they never forgot that day."])
        ask = self.pick([f"Tell me a story about {hero}.", f"Write a short story about {hero}.", f"Can you tell a story about {hero} and {friend}?", f"I want to hear a story about {hero}."]) if self.chance(0.5) else self.pick([f"Tell me a story about {an(animal)}.", f"Tell me a story with {an(thing)}.", f"Write a story about the {place}."]) if self.chance(0.6) else self.pick(
            ["Tell me a story.", "Write a story.", "Can you tell me a story?", "Tell me a short story.", "I want to hear a story.", "A story, please.", "Do you know a story?", "Please tell a story."])
        if self.chance(0.3):  # A name, a thing or an animal of the user's own.
            other, own = self.first_name(girl), self.pick([L.ANIMAL_WORDS, L.OBJECTS, L.PLACES])
            word = self.pick(own)
            if own is L.OBJECTS:
                ask, middle = self.pick([f"Tell me a story with {an(word)}.", f"Write a story about {an(word)}.", f"A story about {an(word)}, please."]), f"There {he} found {an(word)}."
            elif own is L.PLACES:
                ask, start = self.pick([f"Tell me a story about the {word}.", f"Write a short story about the {word}."]), f"One day, {hero} walked to the {word}."
            else:
                ask, start = self.pick([f"Tell me a story about {an(word)}.", f"Write a story about {an(word)}.", f"Please tell a story about {an(word)}.", f"A story about {an(word)}, please."]), f"Once there was {an(word)} called {hero}. {cap(he)} lived in the {place}."
            if self.chance(0.4):
                ask, start, middle, turn, end = (part.replace(hero, other) for part in (f"Tell me a story about {hero}.", start, middle, turn, end))
        elif animal in ask and animal not in start + middle:
            start = f"Once there was {an(animal)} called {hero}. {cap(he)} lived in the {place}."
        if "story with" in ask and thing not in middle:
            middle = f"There {he} found {an(thing)}."
        return self.qa(ask, " ".join([start, middle, turn, end]))

    def change(self):
        """A sentence changed in one respect."""
        n, o, p = self.person(), self.pick(L.OBJECTS), self.pick(L.PLACES)
        now, then = self.pick([(v[1], v[2]) for v in L.table(L.VERBS)])
        a, b = f"{n} {now} the {o} in the {p}.", f"{n} {then} the {o} in the {p}."
        return self.pick([lambda: self.qa(f"Put this into the past: {a}", b), lambda: self.qa(f"Write in capital letters: {a}", a.upper()), lambda: self.qa(f"Make this a question: The {o} is in the {p}.", f"Is the {o} in the {p}?"), lambda: self.qa(f"Say the contrary: The {o} is in the {p}.", f"The {o} is not in the {p}.")])()
