"""Small talk, and chats that answer in a manner of their own: the intents of small_talk.py as makers."""
import facts as F
import lexicon as L
from small_talk import FEELINGS_BAD, FEELINGS_GOOD, intents
from words import Words, an, cap, low

INTENTS = intents()
SLOTS = {"{lost}": "key keys phone wallet glasses hat bag ring book passport umbrella watch ticket cat pen".split(), "{when}": ["today", "tomorrow", "this evening", "this morning", "tonight", "now", "this week", "on Sunday", "this afternoon"],
         "{pet}": "dog cat rabbit horse bird fish hamster".split(), "{at}": ["at home", "at work", "at school", "here", "in the evening", "in the train"]}


class Talk(Words):
    def small_talk(self):
        ways, answers = self.pick(INTENTS)
        return self.qa(self.said(ways), self.pick(answers))

    def said(self, ways):
        """As people say it: with slots filled, and with the small words that change nothing."""
        text = self.pick(ways)
        for slot, words in SLOTS.items():
            text = text.replace(slot, self.pick(words))
        if text.startswith("I am ") and self.chance(0.15):
            text = text.replace("I am ", self.pick(["I am really ", "I am so ", "I am a bit ", "I'm ", "I am just ", "Now I am "]) if text.split(" ")[2] not in ("a", "the", "in", "going", "not", "one", "looking", "leaving", "doing", "reading", "travelling", "so", "very", "too") else "I'm ", 1)
        if self.chance(0.18) and text[-1] in "?.!":
            text = text[:-1] + self.pick([", my friend", ", dear model", ", please", " today", " now", " again", ", model", ", dear", ", friend", " then", " this evening", " this morning"]) + text[-1]
        elif self.chance(0.18):
            text = self.pick(["Hello! {}", "{} Please answer.", "Oh, {}", "Well, {}", "Hey, {}", "So, {}", "{} :)", "{} Thank you.", "And {}", "Tell me, {}", "Hi! {}", "Hello, {}"]).format(low(text) if text[0] != "I" and self.chance(0.6) else text)
        return self.rough(text)

    def introduction(self):
        n = self.person()
        told = self.qa(self.pick([f"Hello, I am {n}.", f"Hi, my name is {n}.", f"My name is {n}.", f"I am called {n}.", f"Hello! I'm {n}.", f"You can call me {n}."]), f"Hello, {n}! How can I help you?")
        asked = self.qa(self.pick(["What is my name?", "Who am I?", "Do you remember my name?", "What am I called?", "Tell me my name.", "Do you know who I am?"]), f"Your name is {n}.")
        return told + (self.small_talk() if self.chance(0.3) else []) + (asked if self.chance(0.6) else [])

    def liking(self):
        """What the user says of itself, and a question on it later."""
        v, kind, again = self.pick([(self.food(), "food", "eat"), (self.pick(L.HOBBIES), "hobby", "do"), (self.shade(), "colour", None), (self.pick(L.ANIMAL_WORDS), "animal", None), (self.pick(L.SUBJECTS), "subject", "study")])
        told = self.qa(f"My favourite {kind} is {v}.", self.pick([f"{cap(v)}, how nice!", "I will remember that.", "How nice!"]))
        return told + self.qa(self.pick([f"What is my favourite {kind}?", f"Which {kind} do I like best?", f"Tell me my favourite {kind}.", f"Do you remember my favourite {kind}?"] + ([f"What do I like to {again}?"] if again else [])), f"Your favourite {kind} is {v}.")

    def feeling(self):
        good = self.chance(0.5)
        f = self.pick(FEELINGS_GOOD if good else FEELINGS_BAD)
        text = self.rough(self.pick([f"I am {f} today.", f"I feel {f}.", f"I am so {f}!", f"I am {f}.", f"Today I am {f}.", f"I feel so {f}.", f"I am very {f}.", f"I'm {f}.", f"I am feeling {f}.", f"I am a little {f}.", f"I am rather {f}.", f"I am quite {f} at the moment.", f"I have been {f} all day.", f"I feel {f} again.", f"I am {f}, you know."]))
        return self.qa(text, f"That is good to hear! Why are you {f}?" if good else f"I am sorry that you are {f}. Do you want to talk about it?")

    def choice(self):
        a, b = self.r.sample(L.FOODS + L.HOBBIES, 2)
        return self.qa(self.rough(self.pick([f"Do you like {a} or {b}?", f"{cap(a)} or {b}?", f"What do you like more, {a} or {b}?", f"Which is better, {a} or {b}?", f"Do you prefer {a} or {b}?"])), f"I am a model, so I do not choose. Many people like {a}, and many people like {b}.")

    def doing_it(self):
        verb = self.pick("sing dance cook swim run fly jump paint draw play football climb trees drive a car ride a horse ski knit walk travel".replace("play football", "play_football").replace("climb trees", "climb_trees").replace("drive a car", "drive_a_car").replace("ride a horse", "ride_a_horse").split()).replace("_", " ")
        return self.qa(self.rough(self.pick([f"Do you like to {verb}?", f"Can you {verb}?", f"Do you want to {verb}?", f"Do you {verb}?", f"Would you like to {verb}?", f"Are you able to {verb}?"])), f"I am a program and I have no body, so I cannot {verb}.")

    def taste(self):
        a = self.pick(L.FOODS + L.HOBBIES)
        return self.qa(self.rough(self.pick([f"Do you like {a}?", f"What do you think of {a}?", f"Do you enjoy {a}?", f"Are you fond of {a}?"])), f"I am a model, but many people like {a}.")

    def beyond(self):
        t = self.pick(F.TOPICS.split(", "))
        return self.qa(self.put(self.pick([f"Tell me about {t}.", f"What is {t}?", f"Explain {t}.", f"What do you know about {t}?", f"Write an essay about {t}.", f"Can you explain {t}?", f"Teach me {t}.", f"I want to learn about {t}."])), f"I am too small to know much about {t}. You can teach me with examples.")

    def cannot(self):
        """Requests for what a small model in a page cannot do."""
        what = self.pick(["open the door", "call my mother", "send an email", "order a pizza", "book a hotel", "buy me a ticket", "search the internet", "play a film", "turn on the light", "drive my car", "clean my room", "take a picture", "pay my bill", "show me a map", "tell me the news", "translate this book", "download a file", "read my mail"])
        return self.qa(self.rough(self.pick([f"Please {what}.", f"Can you {what}?", f"{cap(what)}.", f"Could you {what}?", f"I want you to {what}.", f"Will you {what}?"])), "I am sorry, I cannot do that. I only read and write.")

    def in_a_manner(self):
        """Small talk answered in a manner that is kept up: whoever answered so before goes on so; what was answered once is answered again alike."""
        end = self.pick([", my friend", ", sir", ", dear", ", " + self.invented().lower(), ", " + self.pick(L.ANIMAL_WORDS), ", " + self.pick(["aye", "hooray", "meow", "beep", "ha", "oh my"])])
        mark = self.pick([".", "!", "!"])
        lines = self.r.sample(INTENTS, self.r.choice([2, 3, 4]))
        chat, said = [], []
        for i, (ways, answers) in enumerate(lines):
            answer = self.pick(answers)
            styled = (self.sentence_about(self.thing()) if self.chance(0.4) else answer)[:-1] + end + mark
            chat += [("user", self.said(ways)), ("told", styled)]
            said.append((ways, styled))
        for ways, styled in self.r.sample(said, self.r.choice([1, 2, 2])):
            chat += self.qa(self.said(ways), styled)
        return chat

    def kept_manner(self):
        """A manner shown in some answers is kept in the next."""
        end, mark = self.pick([", my friend", ", sir", ", dear", ", " + self.invented().lower(), ", " + self.pick(["aye", "hooray", "meow", "beep", "ha", "oh my", "arr", "matey"])]), self.pick([".", "!", "!"])
        chat = []
        for i, (ways, answers) in enumerate(self.r.sample(INTENTS, self.r.choice([3, 4, 5]))):
            chat += [("user", self.said(ways)), ("assistant" if i > 1 else "told", self.pick(answers)[:-1] + end + mark)]
        return chat

    def sentence_about(self, thing):
        n, p = self.person(), self.pick(L.PLACES)
        return self.pick([f"{n} found {an(thing)} in the {p}.", f"The {thing} is in the {p}.", f"{n} gave {self.person()} {an(thing)}.", f"There is {an(thing)} near the {p}.", f"Every {self.pick(L.DAYS)}, {n} looks at the {thing}.", f"I saw {an(thing)} yesterday.", f"{n} wants {an(thing)}."])
