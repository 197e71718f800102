"""Plain words by kind: what invented passages, lists, stories and exercises are filled with. Written for this project."""

NAMES_F = """Anna Clara Emma Grace Iris Kate Maria Olivia Rosa Tina Wendy Yara Zoe Bella Diana Fiona Hannah Julia Lucy Nina Ruth Laura Alice Marie Camille Sofia Leila Mei Priya
Amelia Beth Carla Daisy Ella Flora Gina Helen Ida Jane Karen Lena Mona Nora Paula Rita Sara Vera Eva Lily Molly Rosie Tess Ingrid Fatima Aisha Yuki Elena Irene Judith""".split()
NAMES_M = """Ben David Felix Henry Jack Leo Noah Paul Sam Victor Adam Carl Eric George Ivan Kevin Mark Oscar Peter Simon Tom Hugo Pierre Louis Omar Ahmed Chen Ravi
Albert Bruno Colin Daniel Edgar Frank Gustav Harold Isaac Jonas Karl Luke Martin Nils Otto Philip Robert Stefan Theo Walter Max Will Harry Ali Hassan Kenji Diego Marco Pavel""".split()
TITLES = "Doctor Captain Professor Mrs Mr Miss Aunt Uncle Sir Lady Queen King Prince Princess Judge Sergeant Chief Old Young Sister Brother Master".split()
JOBS = """teacher doctor baker farmer pilot painter author nurse cook sailor carpenter judge gardener miller fisherman blacksmith tailor singer dancer musician postman driver
engineer scientist student shepherd hunter clown king queen mayor soldier librarian photographer plumber dentist butcher waiter actor guard guide astronaut captain mechanic
poet potter weaver beekeeper clockmaker shoemaker lighthouse keeper cleaner programmer writer explorer inventor magician merchant monk knight nurse coach fireman detective""".replace("lighthouse keeper", "lighthouse-keeper").split()
PLACES = """park garden kitchen library market school forest beach station bakery museum harbour village river hill street shop field castle tower church hotel theatre hospital
office bridge mill barn cave island desert farm factory airport stadium pool zoo bank court cellar attic hall square valley lake meadow workshop playground cafe inn lighthouse
laboratory observatory greenhouse swamp cliff well fountain palace temple port mine quarry camp stable orchard vineyard""".split()
OBJECTS = """book ball key letter lamp cup coat bag ring map hat box clock shoe pen picture basket candle bottle ticket coin chair plate stone flower knife spoon fork bowl pot
table bed door window mirror carpet curtain pillow blanket towel brush comb soap rope ladder bucket broom hammer saw nail needle thread button scarf glove belt sock boot shirt
dress umbrella wallet watch bell drum flute violin guitar piano trumpet camera phone radio computer telescope compass anchor sail flag kite doll toy puzzle card dice bicycle
cart wagon boat ship sword shield crown chest barrel jar kettle oven stove fan wheel engine feather shell pearl diamond statue mask painting poster notebook newspaper magazine
envelope stamp calendar backpack suitcase lantern torch match whistle trophy medal mug tray vase bench desk shelf drawer robot balloon ribbon magnet pencil eraser ruler""".split()
ADJECTIVES = """red blue green old new small big round golden silver wooden heavy pretty broken shiny soft strange warm yellow black white long short tall thin thick wide narrow deep
dark bright quiet loud clean dirty wet dry empty full rich poor young fast slow strong weak hot cold sweet bitter sour salty fresh hard smooth rough sharp flat hollow tiny huge
lost hidden secret famous ancient modern simple lovely funny brave gentle proud lazy clever wise sleepy hungry friendly lonely silent purple orange brown grey pink crooked
magic frozen glass copper iron paper velvet stripy dusty foggy sunny windy stormy misty cheap expensive useful rare common plain fancy""".split()
FOODS = """bread soup rice cheese apples cake fish salad pasta eggs honey pears beans pancakes tomatoes grapes plums cherries nuts potatoes carrots onions mushrooms noodles
sausages butter jam cookies biscuits pies chocolate ice-cream peas corn cabbage pumpkin lemons oranges bananas strawberries melons figs dates olives garlic mint lettuce
spinach beef chicken ham bacon stew porridge cereal toast sandwiches pizza dumplings waffles yoghurt cream sugar salt pepper raspberries peaches""".split()
DRINKS = "water milk tea coffee juice lemonade cocoa wine cider broth".split()
ANIMAL_WORDS = """dog cat cow horse sheep pig duck hen lion wolf bear frog bee owl mouse snake elephant goat rabbit fish spider ant penguin camel giraffe monkey whale eagle fox turtle
parrot donkey squirrel hedgehog otter beaver deer tiger panda kangaroo seal dolphin shark crab snail butterfly crow swan goose pigeon robin heron raven lizard dragon pony kitten
puppy lamb badger mole bat hamster""".split()
HOBBIES = "reading swimming painting singing cooking dancing running gardening fishing drawing chess football hiking sewing cycling knitting skating climbing sailing tennis juggling photography".split()
INSTRUMENTS = "piano violin flute guitar drum cello harp trumpet clarinet organ banjo accordion saxophone horn".split()
COLOURS = "red blue green yellow black white orange purple brown grey pink gold silver turquoise violet".split()
MATERIALS = "wood stone glass iron gold silver copper paper clay brick straw ice marble wool leather cotton silk bronze steel sand wax rubber".split()
SUBJECTS = "history music art geography biology chemistry physics mathematics French English poetry astronomy cooking drawing sport Latin".split()
WEATHERS = "rain snow wind fog sunshine hail thunder frost".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
SEASONS = "spring summer autumn winter".split()
NUMBERS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty""".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
BUILDINGS = "Tower Bridge House Hall Castle Inn Station School Library Church Mill Palace Gate Museum Theatre Hospital Market Harbour Park Garden Hotel Base Farm Camp Academy Observatory".split()
LANDFORMS = "Mount River Lake Cape Port Fort Point Isle".split()
STREETS = "Lane Street Road Square Alley Hill Row Avenue Corner Path".split()
RELATIVES_F = "mother sister aunt grandmother daughter wife cousin neighbour friend teacher boss".split()
RELATIVES_M = "father brother uncle grandfather son husband cousin neighbour friend teacher boss".split()
# word, third person singular, past, with an object that suits
VERBS = """find|finds|found;see|sees|saw;take|takes|took;bring|brings|brought;lose|loses|lost;buy|buys|bought;sell|sells|sold;make|makes|made;break|breaks|broke;paint|paints|painted
clean|cleans|cleaned;carry|carries|carried;hide|hides|hid;open|opens|opened;close|closes|closed;draw|draws|drew;want|wants|wanted;need|needs|needed;keep|keeps|kept;hold|holds|held
repair|repairs|repaired;throw|throws|threw;catch|catches|caught;show|shows|showed;give away|gives away|gave away;forget|forgets|forgot;choose|chooses|chose;steal|steals|stole;wash|washes|washed;touch|touches|touched"""
ADVERBS = "slowly quickly quietly carefully happily sadly often never always sometimes today yesterday again gently early late together".split()


def table(text):
    """Rows: entries separated by ';' or a new line, fields by '|'."""
    return [row.split("|") for line in text.split("\n") for row in line.split(";")]
