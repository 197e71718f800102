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




# what | who can | who cannot
ABILITIES = """fly|eagle owl duck bee robin|dog cat horse cow elephant fish snake;swim|fish whale duck penguin frog turtle|stone hammer tree
run|dog cat horse rabbit fox wolf|fish snake whale tree;read|child teacher doctor girl|dog cat fish cow horse;speak|child teacher farmer boy|fish snake stone cow
jump|frog rabbit cat|whale elephant tree;climb|monkey cat bear|whale fish cow;sing|robin child singer|fish stone snake;write|child teacher author|dog horse bee"""

TOPICS = """time, money, war, peace, politics, democracy, history, science, physics, chemistry, mathematics, philosophy, religion, art, music, literature, the economy,
the internet, artificial intelligence, electricity, gravity, space travel, the universe, evolution, medicine, the law, the stock market, climate change, energy, nuclear power,
the human brain, psychology, education, freedom, beauty, truth, death, programming, Python, JavaScript, architecture, photography, cinema,
theatre, fashion, travel, insurance, the weather on Mars""".replace("\n", " ")

MORE_COUNTRIES = """Croatia|Zagreb|Europe|Croatian;Serbia|Belgrade|Europe|Serbian;Czechia|Prague|Europe|Czech;Slovakia|Bratislava|Europe|Slovak;Estonia|Tallinn|Europe|Estonian;Latvia|Riga|Europe|Latvian
Lithuania|Vilnius|Europe|Lithuanian;Scotland|Edinburgh|Europe|English;Wales|Cardiff|Europe|Welsh;Albania|Tirana|Europe|Albanian;Algeria|Algiers|Africa|Arabic;Tunisia|Tunis|Africa|Arabic;Ethiopia|Addis Ababa|Africa|Amharic
Nigeria|Abuja|Africa|English;Mali|Bamako|Africa|French;Saudi Arabia|Riyadh|Asia|Arabic;Iraq|Baghdad|Asia|Arabic;Nepal|Kathmandu|Asia|Nepali;Mongolia|Ulaanbaatar|Asia|Mongolian;Cambodia|Phnom Penh|Asia|Khmer
New Zealand|Wellington|Oceania|English;Ecuador|Quito|South America|Spanish;Uruguay|Montevideo|South America|Spanish;Venezuela|Caracas|South America|Spanish;Jamaica|Kingston|North America|English;the United States|Washington|North America|English"""

# What something is used for.
USES = """hammer|hitting nails;knife|cutting;pen|writing;pencil|drawing;key|opening a lock;broom|sweeping the floor;soap|washing;oven|baking;kettle|boiling water;lamp|making light;clock|telling the time;umbrella|keeping dry in the rain
needle|sewing;saw|cutting wood;spoon|eating soup;towel|drying yourself;phone|talking to people far away;camera|taking pictures;ladder|climbing up high;map|finding the way;scissors|cutting paper;rope|tying things;bucket|carrying water
telescope|looking at the stars;boat|travelling on water;bed|sleeping;comb|combing your hair;toothbrush|cleaning your teeth;compass|finding north;fridge|keeping food cold"""

# Jobs and where they are done.
WORKPLACES = """teacher|a school;doctor|a hospital;nurse|a hospital;baker|a bakery;farmer|a farm;pilot|a plane;sailor|a ship;cook|a kitchen;librarian|a library;actor|a theatre;judge|a court;gardener|a garden;waiter|a restaurant;scientist|a laboratory;miner|a mine;priest|a church;monk|a monastery;mechanic|a garage"""

MADE_OF = """bread|flour and water;cheese|milk;butter|milk;wine|grapes;chocolate|cocoa beans;paper|wood;glass|sand;wool|the hair of sheep;honey|nectar;ice|frozen water;jam|fruit and sugar;clouds|tiny drops of water;bricks|clay;silk|the threads of silkworms;omelettes|eggs;chips|potatoes"""

# One question in many wordings, and its answer: asked / asked ... | answer
COMMON = """How many days are there in a week? / How many days does a week have? / What is the number of days in a week? / How many days make a week?|A week has seven days.
How many months are there in a year? / How many months does a year have? / What is the number of months in a year? / How many months make a year?|A year has twelve months.
How many hours are there in a day? / How many hours does a day have? / What is the number of hours in a day? / How long is a day in hours?|A day has twenty-four hours.
How many minutes are there in an hour? / How many minutes does an hour have? / What is the number of minutes in an hour? / How many minutes make an hour?|An hour has sixty minutes.
How many seconds are there in a minute? / How many seconds does a minute have? / What is the number of seconds in a minute?|A minute has sixty seconds.
How many days are there in a year? / How many days does a year have? / What is the number of days in a year?|A year has three hundred and sixty-five days.
How many seasons are there? / How many seasons does a year have? / What are the seasons? / Name the four seasons.|There are four seasons: spring, summer, autumn and winter.
Which is the largest planet? / What is the biggest planet? / Which planet is the biggest? / Name the largest planet.|Jupiter is the largest planet.
Which planet is closest to the sun? / What planet is nearest to the sun? / Name the planet closest to the sun.|Mercury is the planet closest to the sun.
Which planet is red? / Which planet is called the red planet? / What is the red planet?|Mars is the red planet.
Which planet has rings? / What planet is known for its rings? / Name the planet with the big rings.|Saturn is the planet with the big rings.
On which planet do we live? / What is our planet called? / Which planet is our home? / What is the name of our planet?|We live on the Earth.
What is the highest mountain in the world? / Which mountain is the highest? / What is the tallest mountain on Earth? / Name the highest mountain.|The highest mountain in the world is Mount Everest.
What is the longest river in the world? / Which river is the longest? / Name the longest river.|The longest river in the world is the Nile.
What is the largest ocean? / Which ocean is the biggest? / Name the largest ocean. / What is the biggest ocean on Earth?|The largest ocean is the Pacific Ocean.
What is the largest animal? / Which animal is the biggest? / What is the biggest animal in the world? / Name the largest animal.|The largest animal is the blue whale.
What is the tallest animal? / Which animal is the tallest? / Name the tallest animal.|The tallest animal is the giraffe.
What is the fastest animal on land? / Which animal runs fastest? / What animal is the fastest? / Name the fastest animal.|The fastest animal on land is the cheetah.
What is the smallest continent? / Which continent is the smallest? / Name the smallest continent.|The smallest continent is Oceania.
What is the largest continent? / Which continent is the biggest? / Name the largest continent.|The largest continent is Asia.
How many legs does an insect have? / How many legs do insects have? / What number of legs has an insect?|An insect has six legs.
How many fingers does a hand have? / How many fingers are on one hand? / How many fingers do I have on a hand?|A hand has five fingers.
How many wheels does a car have? / How many wheels are on a car? / What number of wheels has a car?|A car has four wheels.
How many wheels does a bicycle have? / How many wheels are on a bicycle? / What number of wheels has a bike?|A bicycle has two wheels.
How many sides does a triangle have? / How many corners does a triangle have? / What number of sides has a triangle?|A triangle has three sides.
How many sides does a square have? / How many corners does a square have? / What number of sides has a square?|A square has four sides.
How many letters are in the alphabet? / How many letters does the alphabet have? / What is the number of letters in the English alphabet?|The English alphabet has twenty-six letters.
What is the first letter of the alphabet? / Which letter comes first in the alphabet? / Name the first letter.|The first letter of the alphabet is A.
What is the last letter of the alphabet? / Which letter comes last in the alphabet? / Name the last letter.|The last letter of the alphabet is Z.
Where does the sun rise? / In which direction does the sun rise? / On which side does the sun come up?|The sun rises in the east.
Where does the sun set? / In which direction does the sun set? / On which side does the sun go down?|The sun sets in the west.
When does water freeze? / At what temperature does water freeze? / What is the freezing point of water?|Water freezes at zero degrees.
When does water boil? / At what temperature does water boil? / What is the boiling point of water?|Water boils at one hundred degrees.
What do we breathe? / What do people breathe? / What do we need to breathe? / What do humans breathe?|We breathe air.
What do bees make? / Which food do bees make? / What is made by bees? / What do you get from bees?|Bees make honey.
What do cows give us? / What do we get from cows? / Which drink comes from cows?|Cows give us milk.
What do hens lay? / What do we get from hens? / Which food comes from hens?|Hens lay eggs.
What do caterpillars become? / What does a caterpillar turn into? / Into what does a caterpillar grow?|A caterpillar becomes a butterfly.
What do you see in the sky at night? / What shines in the night sky? / What can I see in the sky when it is dark?|At night you can see the moon and the stars in the sky.
What do plants need? / What does a plant need to grow? / What do plants need to live? / What do I give a plant?|Plants need light, water and air.
Which is bigger, the sun or the moon? / Is the sun bigger than the moon? / What is larger, the moon or the sun?|The sun is bigger than the moon.
Which is heavier, an elephant or a mouse? / Is an elephant heavier than a mouse? / What weighs more, a mouse or an elephant?|An elephant is heavier than a mouse.
Which is faster, a car or a bicycle? / Is a car faster than a bicycle? / What is quicker, a bicycle or a car?|A car is faster than a bicycle.
Who wrote Romeo and Juliet? / Who is the author of Romeo and Juliet? / Romeo and Juliet was written by whom?|Romeo and Juliet was written by William Shakespeare.
Who painted the Mona Lisa? / Who is the painter of the Mona Lisa? / By whom was the Mona Lisa painted?|The Mona Lisa was painted by Leonardo da Vinci.
Who wrote Don Quixote? / Who is the author of Don Quixote? / By whom was Don Quixote written?|Don Quixote was written by Miguel de Cervantes.
Where is the Eiffel Tower? / In which city is the Eiffel Tower? / Where can I see the Eiffel Tower? / Where do I find the Eiffel Tower?|The Eiffel Tower is in Paris.
Where is Big Ben? / In which city is Big Ben? / Where can I see Big Ben?|Big Ben is in London.
Where are the pyramids? / In which country are the pyramids? / Where can I see the pyramids?|The pyramids are in Egypt.
Where is the Great Wall? / In which country is the Great Wall? / Where can I see the Great Wall?|The Great Wall is in China.
Who was the first person on the moon? / Who walked on the moon first? / Which man was first on the moon?|The first person on the moon was Neil Armstrong.
In which city is the Colosseum? / Where is the Colosseum? / Where can I see the Colosseum?|The Colosseum is in Rome.
Which river flows through London? / What river runs through London? / What is the river in London?|The river Thames flows through London.
Which river flows through Paris? / What river runs through Paris? / What is the river in Paris?|The river Seine flows through Paris.
What is the coldest season? / Which season is the coldest? / When is it coldest?|The coldest season is winter.
What is the warmest season? / Which season is the warmest? / When is it warmest?|The warmest season is summer.
When do leaves fall? / In which season do leaves fall? / Which season makes the leaves fall?|Leaves fall in autumn.
When do flowers begin to grow? / In which season do flowers begin to grow? / Which season brings the first flowers?|Flowers begin to grow in spring.
When is Christmas? / In which month is Christmas? / On which day is Christmas?|Christmas is in December.
When does the year begin? / In which month does the year begin? / What is the first day of the year?|The year begins on the first of January.
Which month is the shortest? / What is the shortest month? / Which month has the fewest days?|February is the shortest month.
What do you call frozen water? / What is frozen water called? / What does water become when it freezes?|Frozen water is called ice.
What colours does a rainbow have? / What are the colours of the rainbow? / Which colours are in a rainbow?|A rainbow is red, orange, yellow, green, blue and violet.
What colour do you get from blue and yellow? / What do blue and yellow make? / Which colour is made of blue and yellow?|Blue and yellow make green.
What colour do you get from red and yellow? / What do red and yellow make? / Which colour is made of red and yellow?|Red and yellow make orange.
What colour do you get from red and blue? / What do red and blue make? / Which colour is made of red and blue?|Red and blue make purple.
Is the earth round? / What shape is the earth? / What is the shape of the earth?|The earth is round.
Does the sun move around the earth? / What moves around the sun? / Does the earth move around the sun?|The earth moves around the sun.
What do you do with your eyes? / What are eyes for? / What do we use our eyes for?|We see with our eyes.
What do you do with your ears? / What are ears for? / What do we use our ears for?|We hear with our ears.
What do you do with your nose? / What is a nose for? / What do we use our nose for?|We smell with our nose.
Which animal is called the king of animals? / What is the king of the animals? / Who is the king of the jungle?|The lion is called the king of animals.
What is the opposite of north? / Which direction is opposite to north? / North is the opposite of what?|The opposite of north is south.
What is the opposite of east? / Which direction is opposite to east? / East is the opposite of what?|The opposite of east is west.
What is a baby called that cannot walk yet? / How do babies move before they walk? / What does a baby do before it can walk?|Before they can walk, babies crawl.
What is the money of Japan? / Which money do they use in Japan? / What do people pay with in Japan?|The money of Japan is the yen.
What is the money of France? / Which money do they use in France? / What do people pay with in France?|The money of France is the euro.
What is the money of England? / Which money do they use in England? / What do people pay with in England?|The money of England is the pound."""
