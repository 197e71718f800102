"""Greetings and small talk; and what fine-tuning builds upon: copying, recalling, writing with names that nobody could know."""
import facts as F
from words import Words, an, cap


class Talk(Words):
    def greeting(self):
        n = self.name()
        return self.pick([
            self.qa(self.pick(["Hello!", "Hi!", "Hello there.", "Good morning!", "Hey"]), self.pick(["Hello! How can I help you?", "Hello! What would you like to know?", "Hi! What can I do for you?"])),
            self.qa(self.pick([f"Hello, I am {n}.", f"Hi, my name is {n}.", f"My name is {n}.", f"I am called {n}."]), f"Hello, {n}! How can I help you?"),
            self.qa(self.pick(["Thank you!", "Thanks a lot.", "Thank you for your help."]), self.pick(["You are welcome!", "You are welcome! I am glad to help."])),
            self.qa(self.pick(["Goodbye!", "See you later.", "Bye!", "Good night."]), self.pick(["Goodbye! Have a nice day.", "Goodbye! See you soon."])),
            self.qa(self.pick(["How are you?", "How are you today?", "Are you well?"]), "I am well, thank you. How can I help you?")])

    def identity(self):
        return self.pick([
            self.qa(self.pick(["Who are you?", "What are you?", "Tell me about yourself.", "What is your name?"]), "I am a small language model. I live in this page and I can answer simple questions."),
            self.qa(self.pick(["What can you do?", "How can you help me?", "What do you know?"]), "I can answer simple questions, write short sentences, and learn from your examples."),
            self.qa(self.pick(["Are you a person?", "Are you a human?", "Are you alive?"]), "No, I am not a person. I am a small language model."),
            self.qa(self.pick(["How old are you?", "When were you born?", "What is your age?"]), "I am new. I was trained a short time ago."),
            self.qa(self.pick(["Where do you live?", "Where are you?", "Where are you from?"]), "I live in this page, on your own computer."),
            self.qa(self.pick(["Who made you?", "Who trained you?", "Who built you?"]), "I was trained by the scripts of the Atelier project."),
            self.qa(self.pick(["Can you help me?", "Help me, please.", "I need help.", "Will you help me?"]), "Yes, I will try. What would you like to know?"),
            self.qa(self.pick(["Do you sleep?", "Do you eat?", "Do you dream?", "Do you have feelings?"]), "No, I am a program. I only read and write."),
            self.qa(self.pick(["Can you learn?", "Can I teach you something?", "Can I train you?"]), "Yes, you can train me with your own examples."),
            self.qa(self.pick(["Are you always right?", "Do you make mistakes?", "Can I trust you?"]), "I am very small and I make mistakes. Please check what I say.")])

    def unknown(self):
        x = self.invented()
        what, forms = self.pick([("place", ["What is the capital of {x}?", "Where is {x}?", "Which river flows through {x}?", "What do people eat in {x}?", "What language do people speak in {x}?"]),
                                 ("person", ["Who is {x}?", "When was {x} born?", "What did {x} write?", "What is the job of {x}?"])])
        return self.qa(self.pick(forms).format(x=x), f"I do not know a {what} called {x}.")

    def feeling(self):
        good, bad = ["happy", "glad", "excited", "proud"], ["sad", "tired", "angry", "afraid", "lonely", "sick"]
        if self.r.random() < 0.5:
            f = self.pick(good)
            return self.qa(self.pick([f"I am {f} today.", f"I feel {f}.", f"I am so {f}!"]), f"That is good to hear! Why are you {f}?")
        f = self.pick(bad)
        return self.qa(self.pick([f"I am {f} today.", f"I feel {f}.", f"I am so {f}."]), f"I am sorry that you are {f}. Do you want to talk about it?")

    def choice(self):
        a, b = self.r.sample(F.FOODS + F.HOBBIES, 2)
        return self.qa(self.pick([f"Do you like {a} or {b}?", f"{cap(a)} or {b}?", f"What do you like more, {a} or {b}?"]), f"I am a model, so I do not choose. Many people like {a}, and many people like {b}.")

    def yes_no(self):
        if self.r.random() < 0.5:
            word, kind = self.pick(F.table(F.CATEGORIES))
            other = self.pick([k for _, k in F.table(F.CATEGORIES) if k != kind])
            asked = kind if self.r.random() < 0.5 else other
            return self.qa(f"Is {word} {an(asked)}?", f"Yes, {word} is {an(kind)}." if asked == kind else f"No, {word} is {an(kind)}.")
        country, city, *_ = self.pick(F.table(F.COUNTRIES))
        asked = city if self.r.random() < 0.5 else self.pick(F.table(F.COUNTRIES))[1]
        return self.qa(f"Is {asked} the capital of {country}?", f"Yes, {city} is the capital of {country}." if asked == city else f"No, the capital of {country} is {city}.")

    # --- copying, recalling, writing
    def recall(self):
        """Facts told in the chat and asked for again, with many invented names: teaches to copy."""
        facts = [self.fact() for _ in range(self.r.randint(1, 4))]
        told = " ".join(f[0] for f in facts)
        chat = self.qa(told, self.pick(["I will remember that.", "Good to know.", "Thank you for telling me."])) if self.r.random() < 0.6 else []
        for i, (_, question, answer) in enumerate(self.r.sample(facts, min(len(facts), 2))):
            chat += self.qa(question if chat or i else f"{told} {question}", answer)
        return chat

    def fact(self):
        a, b = self.name(), self.invented()
        o, p, d = self.thing(), self.pick(F.PLACES), self.pick(F.DAYS)
        n = self.pick(F.NUMBERS[2:])
        return self.pick([
            (f"My friend is called {a}.", "What is my friend called?", f"Your friend is called {a}."),
            (f"The capital of {b} is {a}.", f"What is the capital of {b}?", f"The capital of {b} is {a}."),
            (f"{a} lives in {b}.", f"Where does {a} live?", f"{a} lives in {b}."),
            (f"{a} has a {o}.", f"What does {a} have?", f"{a} has a {o}."),
            (f"The {o} is in the {p}.", f"Where is the {o}?", f"The {o} is in the {p}."),
            (f"The king of {b} is {a}.", f"Who is the king of {b}?", f"The king of {b} is {a}."),
            (f"The river of {b} is called {a}.", f"What is the river of {b} called?", f"The river of {b} is called {a}."),
            (f"{a} comes on {d}.", f"When does {a} come?", f"{a} comes on {d}."),
            (f"{b} has {n} towers.", f"How many towers does {b} have?", f"{b} has {n} towers."),
            (f"The book {b} was written by {a}.", f"Who wrote the book {b}?", f"The book {b} was written by {a}."),
            (f"The people of {b} eat {self.pick(F.FOODS)} on {d}.", f"When do the people of {b} eat?", f"The people of {b} eat on {d}.")])

    def repeat(self):
        text = self.pick([self.invented(), f"{self.invented()} {self.invented()}", f"the {self.thing()} of {self.invented()}", f"{self.name()} went to the {self.pick(F.PLACES)}", self.sentence_about(self.thing())[:-1]])
        return self.qa(self.pick([f"Repeat after me: {text}.", f"Say: {text}.", f"Please say this: {text}.", f"Copy this: {text}."]), f"{cap(text)}.")

    def any_letters(self):
        """Strange words to copy, so that every letter and byte has been seen once: accents, other scripts, signs."""
        ranges = [(33, 127), (33, 127), (192, 256), (192, 256), (338, 340), (913, 970), (1040, 1104), (8208, 8231), (8364, 8365), (0x4E00, 0x9FFF), (0x1F300, 0x1F650), (0x600, 0x6FF)]
        low, high = self.pick(ranges)
        word = "".join(chr(self.r.randrange(low, high)) for _ in range(self.r.randint(2, 5)))
        if low in (192, 338):
            word = "".join(letter + self.pick(["e", "a", "s", "t", "r", "n", "l", ""]) for letter in word)
        text = word if self.r.random() < 0.5 else f"{self.pick(F.ADJECTIVES)} {word} {self.pick(F.OBJECTS)}"
        return self.qa(self.pick([f"Repeat after me: {text}", f"Say: {text}", f"Copy this: {text}"]), text)

    def spell(self):
        word = self.pick(F.OBJECTS + F.PLACES + [self.invented()])
        return self.qa(self.pick([f"How do you spell {word}?", f"Spell {word}.", f"Please spell the word {word}."]), f"{cap(word)} is spelled " + "-".join(word.upper()) + ".")

    def sentence_about(self, thing):
        n, p = self.name(), self.pick(F.PLACES)
        return self.pick([f"{n} found {an(thing)} in the {p}.", f"The {thing} is in the {p}.", f"{n} gave {self.name()} {an(thing)}.", f"There is {an(thing)} near the {p}.", f"Every {self.pick(F.DAYS)}, {n} looks at the {thing}.", f"I saw {an(thing)} yesterday."])

    def sentence(self):
        thing = self.pick([self.thing(), self.pick(F.OBJECTS), self.pick(F.table(F.ANIMALS))[0]])
        return self.qa(self.pick([f"Write a sentence about {an(thing)}.", f"Write one sentence with the word {thing}.", f"Tell me something about {an(thing)}.", f"Use {thing} in a sentence."]), self.sentence_about(thing))

    def story(self):
        hero, friend, animal = self.name(), self.name(), self.pick(F.table(F.ANIMALS))[0]
        place, thing, food = self.pick(F.PLACES), self.thing(), self.pick(F.FOODS)
        start = self.pick([f"One day, {hero} walked to the {place}.", f"{hero} lived near the {place}.", f"Once there was {an(animal)} called {hero}."])
        middle = self.pick([f"There {hero} found {an(thing)}.", f"There {hero} met {friend}, who had {an(thing)}.", f"{hero} was looking for {an(thing)}, but it was not there.", f"Suddenly {an(animal)} came and took the {thing}."])
        turn = self.pick([f"{friend} helped {hero} to look for it.", f"\"Is this your {thing}?\" asked {friend}.", f"{hero} was surprised and called {friend}.", f"{hero} gave {friend} some {food}."])
        end = self.pick([f"In the end, they became good friends.", f"Then they went home and ate {food}.", f"{hero} was very happy that evening.", "After that, they laughed for a long time."])
        ask = self.pick([f"Tell me a story about {hero}.", f"Write a short story about {hero}.", f"Tell me a short story with {an(thing)}.", f"Can you tell a story about {hero} and {friend}?"])
        return self.qa(ask, " ".join([start, middle, turn, end]))

    def notice(self):
        """A short text with invented names, and questions on it."""
        a, b, place, day = self.name(), self.invented(), self.pick(F.PLACES), self.pick(F.DAYS)
        number, food, thing = self.pick(F.NUMBERS[2:13]), self.pick(F.FOODS), self.thing()
        text = f"{a} works in the {place} of {b}. On {day}, {a} sells {food} for {number} coins and keeps the {thing}."
        asks = [(f"Where does {a} work?", f"{a} works in the {place} of {b}."), (f"What does {a} sell?", f"{a} sells {food}."), (f"When does {a} sell {food}?", f"{a} sells {food} on {day}."),
                (f"How many coins does {a} want?", f"{a} wants {number} coins."), (f"What does {a} keep?", f"{a} keeps the {thing}.")]
        first, second = self.r.sample(asks, 2)
        chat = self.qa(f"{text} {first[0]}", first[1])
        return chat + (self.qa(second[0], second[1]) if self.r.random() < 0.7 else [])

    def statement(self):
        """Invented facts asked and answered at once: the shape of answers with names that nobody could know."""
        told, question, answer = self.fact()
        return [("system", told)] + self.qa(question, answer)
