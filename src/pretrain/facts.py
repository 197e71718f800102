"""What the bundled model may know: small tables of common knowledge, written for this project. Corpus.py turns them into chats."""

COUNTRIES = """France|Paris|Europe|French;Germany|Berlin|Europe|German;Spain|Madrid|Europe|Spanish;Italy|Rome|Europe|Italian
Portugal|Lisbon|Europe|Portuguese;England|London|Europe|English;Ireland|Dublin|Europe|English;Norway|Oslo|Europe|Norwegian
Sweden|Stockholm|Europe|Swedish;Finland|Helsinki|Europe|Finnish;Denmark|Copenhagen|Europe|Danish;Poland|Warsaw|Europe|Polish
Greece|Athens|Europe|Greek;Austria|Vienna|Europe|German;Hungary|Budapest|Europe|Hungarian;Romania|Bucharest|Europe|Romanian
Russia|Moscow|Europe|Russian;Ukraine|Kyiv|Europe|Ukrainian;Turkey|Ankara|Asia|Turkish;Egypt|Cairo|Africa|Arabic
Morocco|Rabat|Africa|Arabic;Kenya|Nairobi|Africa|Swahili;Ghana|Accra|Africa|English;Senegal|Dakar|Africa|French
China|Beijing|Asia|Chinese;Japan|Tokyo|Asia|Japanese;India|New Delhi|Asia|Hindi;Thailand|Bangkok|Asia|Thai
Vietnam|Hanoi|Asia|Vietnamese;Indonesia|Jakarta|Asia|Indonesian;Korea|Seoul|Asia|Korean;Iran|Tehran|Asia|Persian
Canada|Ottawa|North America|English;Mexico|Mexico City|North America|Spanish;Cuba|Havana|North America|Spanish
Brazil|Brasilia|South America|Portuguese;Argentina|Buenos Aires|South America|Spanish;Chile|Santiago|South America|Spanish
Peru|Lima|South America|Spanish;Colombia|Bogota|South America|Spanish;Australia|Canberra|Oceania|English;Belgium|Brussels|Europe|Dutch
Netherlands|Amsterdam|Europe|Dutch;Switzerland|Bern|Europe|German;Bulgaria|Sofia|Europe|Bulgarian;Iceland|Reykjavik|Europe|Icelandic"""

# animal | sound or "" | home | food | legs | young
ANIMALS = """dog|barks|a house|meat|four|puppy;cat|meows|a house|fish|four|kitten;cow|moos|a farm|grass|four|calf
horse|neighs|a stable|hay|four|foal;sheep|bleats|a field|grass|four|lamb;pig|grunts|a farm|vegetables|four|piglet
duck|quacks|a pond|plants|two|duckling;hen|clucks|a farm|seeds|two|chick;lion|roars|the grassland|meat|four|cub
wolf|howls|the forest|meat|four|pup;bear|growls|the forest|berries and fish|four|cub;frog|croaks|a pond|insects|four|tadpole
bee|buzzes|a hive|nectar|six|larva;owl|hoots|a tree|mice|two|owlet;mouse|squeaks|a hole|seeds|four|pup
snake|hisses|the grass|mice|no|hatchling;elephant|trumpets|the grassland|leaves|four|calf;goat|bleats|the hills|grass|four|kid
rabbit||a burrow|grass|four|bunny;fish||the water|small plants|no|fry;spider||a web|insects|eight|spiderling
ant||a nest|leaves|six|larva;penguin||the cold south|fish|two|chick;camel||the desert|dry plants|four|calf
giraffe||the grassland|leaves|four|calf;monkey||the jungle|fruit|four|infant;whale||the ocean|tiny sea animals|no|calf
eagle||the mountains|small animals|two|eaglet;fox|barks|the forest|small animals|four|cub;turtle||the sea|sea plants|four|hatchling"""

COLOURS = """sky|blue;grass|green;snow|white;coal|black;blood|red;lemon|yellow;banana|yellow;carrot|orange;strawberry|red;sea|blue
leaf|green;sun|yellow;chocolate|brown;cloud|white;night|black;tomato|red;milk|white;frog|green;rose|red;pumpkin|orange;mud|brown;plum|purple"""

OPPOSITES = """hot|cold;big|small;fast|slow;up|down;day|night;happy|sad;light|dark;old|new;young|old;hard|soft;full|empty;open|closed;wet|dry
high|low;long|short;strong|weak;rich|poor;early|late;loud|quiet;clean|dirty;good|bad;right|wrong;left|right;near|far;thick|thin;deep|shallow
heavy|light;easy|difficult;sweet|bitter;true|false;brave|afraid;kind|cruel;first|last;begin|end;buy|sell;give|take;push|pull;win|lose"""

PLURALS = """child|children;man|men;woman|women;foot|feet;tooth|teeth;mouse|mice;goose|geese;person|people;leaf|leaves;knife|knives;wolf|wolves;city|cities
baby|babies;story|stories;box|boxes;dish|dishes;bus|buses;tomato|tomatoes;sheep|sheep;fish|fish;cat|cats;book|books;tree|trees;house|houses;river|rivers"""

PAST = """go|went;see|saw;eat|ate;run|ran;write|wrote;read|read;sing|sang;swim|swam;give|gave;take|took;make|made;think|thought;buy|bought;bring|brought
teach|taught;find|found;know|knew;grow|grew;fly|flew;drink|drank;speak|spoke;break|broke;begin|began;walk|walked;play|played;jump|jumped;help|helped;sleep|slept"""

DEFINITIONS = """teacher|a person who helps people learn;doctor|a person who helps sick people;baker|a person who makes bread;farmer|a person who grows food
pilot|a person who flies planes;painter|a person who makes pictures;author|a person who writes books;nurse|a person who cares for sick people
cook|a person who prepares food;sailor|a person who works on ships;carpenter|a person who builds things from wood;judge|a person who decides in a court
library|a place where you can borrow books;school|a place where people learn;hospital|a place where sick people get help;museum|a place where old or beautiful things are shown
market|a place where people buy and sell things;garden|a place where plants grow;kitchen|a room where food is cooked;bridge|a road that crosses a river or a valley
island|land with water all around it;desert|a dry place with very little rain;mountain|very high land;river|a long stream of water that flows to the sea
forest|a large place full of trees;volcano|a mountain that can throw out hot rock;ocean|a very large body of salt water;lake|a body of water with land around it
hammer|a tool for hitting nails;knife|a tool for cutting;clock|a machine that shows the time;telescope|a tool for looking at the stars
umbrella|a thing that keeps the rain off you;lamp|a thing that gives light;book|a set of pages that tell you something;letter|a written message to someone
computer|a machine that works with information;phone|a machine for talking to people far away;bicycle|a machine with two wheels that you ride;piano|an instrument with black and white keys
violin|an instrument with four strings;drum|an instrument that you hit;guitar|an instrument with six strings;poem|a short piece of writing with rhythm
friend|a person you like and trust;secret|something that only a few people know;promise|something you say you will surely do;question|something you ask to learn an answer
winter|the coldest season of the year;summer|the warmest season of the year;spring|the season when flowers begin to grow;autumn|the season when leaves fall
breakfast|the first meal of the day;dinner|the evening meal;bread|a food made from flour and water;cheese|a food made from milk;honey|a sweet food made by bees
planet|a large round body that moves around a star;moon|a body that moves around a planet;star|a very large ball of hot gas;rain|water that falls from the clouds
language|the words that people use to speak;model|a program that learns from examples;number|a word for how many things there are;map|a picture of a place seen from above"""

REASONS = """do we sleep|We sleep because the body and the mind need rest.;do we eat|We eat because food gives us energy.;does it rain|It rains because water in the clouds becomes heavy and falls.
do leaves fall|Leaves fall because trees save water before the winter.;do birds fly south|Birds fly south because they look for food and warm weather.;do we drink water|We drink water because the body needs it to live.
do people read books|People read books because they want to learn or to enjoy a story.;is the sky blue|The sky is blue because the air scatters blue light the most.;is ice cold|Ice is cold because it is frozen water.
do bees make honey|Bees make honey because they need food for the winter.;do plants need light|Plants need light because they make their food with it.;do we wash our hands|We wash our hands because water and soap take germs away.
do cats purr|Cats purr because they feel calm or happy.;does the moon shine|The moon shines because it reflects the light of the sun.;do ships float|Ships float because they are lighter than the water they push away.
do we brush our teeth|We brush our teeth because it keeps them clean and healthy.;do people travel|People travel because they want to see new places.;do we laugh|We laugh because something is funny or makes us happy.
do clocks tick|Clocks tick because small wheels move inside them.;do dogs bark|Dogs bark because they want to warn us or to play.;do we go to school|We go to school because we want to learn.;do people plant trees|People plant trees because trees give shade, fruit and clean air."""

HOWTO = """make tea|Boil some water, pour it over the tea, wait for three minutes, and enjoy.;make a sandwich|Take two slices of bread, put cheese and tomato between them, and eat it.
plant a seed|Make a small hole in the soil, put the seed in, cover it, and give it water.;learn a new word|Say the word aloud, write it in a sentence, and use it the next day.;wash a shirt|Put the shirt in warm water with soap, rub it gently, rinse it, and let it dry.
stay healthy|Eat good food, sleep enough, move every day, and drink water.;write a letter|Begin with a greeting, say what you want to say, and end with your name.;make a friend|Smile, ask the other person a question, and listen to the answer.
boil an egg|Put the egg in boiling water and wait for eight minutes.;cross the road|Look left, look right, look left again, and walk when no car comes.;calm down|Sit down, close your eyes, and breathe slowly ten times.;study better|Work in a quiet place, take short breaks, and explain what you learned to a friend."""

CATEGORIES = """apple|fruit;pear|fruit;banana|fruit;cherry|fruit;carrot|vegetable;potato|vegetable;onion|vegetable;cabbage|vegetable;dog|animal;tiger|animal;horse|animal;eagle|bird;robin|bird;swan|bird
salmon|fish;trout|fish;oak|tree;pine|tree;birch|tree;rose|flower;tulip|flower;daisy|flower;hammer|tool;saw|tool;piano|instrument;violin|instrument;flute|instrument;red|colour;green|colour;blue|colour
bus|vehicle;train|vehicle;ship|vehicle;chair|piece of furniture;table|piece of furniture;shirt|piece of clothing;coat|piece of clothing;football|sport;tennis|sport;gold|metal;iron|metal;silver|metal"""

NAMES = """Anna Ben Clara David Emma Felix Grace Henry Iris Jack Kate Leo Maria Noah Olivia Paul Rosa Sam Tina Victor Wendy Yara Zoe Adam Bella Carl Diana Eric
Fiona George Hannah Ivan Julia Kevin Lucy Mark Nina Oscar Peter Ruth Simon Tom Laura Alice Hugo Marie Pierre Louis Camille Sofia Omar Leila Ahmed Mei Chen Ravi Priya""".split()

PLACES = "park garden kitchen library market school forest beach station bakery museum harbour village river hill street shop field castle tower".split()
OBJECTS = "book ball key letter lamp cup coat bag ring map hat box clock shoe pen picture basket candle bottle ticket coin chair plate stone flower".split()
ADJECTIVES = "red blue green old new small big round golden silver wooden heavy pretty broken shiny soft strange warm yellow black".split()
FOODS = "bread soup rice cheese apples cake fish salad pasta eggs honey pears beans pancakes tomatoes grapes".split()
HOBBIES = "reading swimming painting singing cooking dancing running gardening fishing drawing chess football hiking sewing cycling".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
NUMBERS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty""".split()
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()


def table(text):
    """Rows of a table above: entries separated by ';' or a new line, fields by '|'."""
    return [row.split("|") for line in text.split("\n") for row in line.split(";")]

# what | who can | who cannot
ABILITIES = """fly|eagle owl duck bee robin|dog cat horse cow elephant fish snake;swim|fish whale duck penguin frog turtle|stone hammer tree
run|dog cat horse rabbit fox wolf|fish snake whale tree;read|child teacher doctor girl|dog cat fish cow horse;speak|child teacher farmer boy|fish snake stone cow
jump|frog rabbit cat|whale elephant tree;climb|monkey cat bear|whale fish cow;sing|robin child singer|fish stone snake;write|child teacher author|dog horse bee"""

TOPICS = """love, time, money, war, peace, politics, democracy, history, science, physics, chemistry, mathematics, philosophy, religion, art, music, literature, the economy,
the internet, artificial intelligence, electricity, gravity, space travel, the universe, evolution, medicine, the law, the stock market, climate change, energy, nuclear power,
the human brain, psychology, education, freedom, happiness, beauty, truth, death, the meaning of life, programming, Python, JavaScript, architecture, photography, cinema,
theatre, fashion, travel, insurance, the weather on Mars""".replace("\n", " ")
