PRAGMA application_id = 1129337953;
PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE account (
    id TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    name TEXT NOT NULL,
    features TEXT NOT NULL,             -- JSON list
    zone TEXT NOT NULL,
    address TEXT NOT NULL,              -- postal, for messages; may be empty
    clock INTEGER NOT NULL,
    stamp INTEGER NOT NULL DEFAULT 0    -- counts writes to resources and flows, for caches
);
INSERT INTO "account" VALUES('account-1','first','Shop','["email","tags"]','Europe/Oslo','Storgata 1, Oslo',1772787630,21);
CREATE TABLE contact_facts (
    contact INTEGER NOT NULL,
    sort TEXT NOT NULL,                 -- purchase, task, score, opportunity
    subject TEXT NOT NULL,              -- #12: the product, template, score or stage
    number INTEGER NOT NULL,            -- how many, or points; which one, of opportunities
    since INTEGER NOT NULL,             -- of points; otherwise 0
    PRIMARY KEY (contact, sort, subject, number)
);
INSERT INTO "contact_facts" VALUES(1,'task','#9',1,0);
INSERT INTO "contact_facts" VALUES(3,'task','#9',1,0);
INSERT INTO "contact_facts" VALUES(4,'task','#9',1,0);
INSERT INTO "contact_facts" VALUES(5,'task','#9',1,0);
CREATE TABLE contact_tags (
    contact INTEGER NOT NULL,
    tag INTEGER NOT NULL,
    PRIMARY KEY (contact, tag)
);
INSERT INTO "contact_tags" VALUES(1,2);
INSERT INTO "contact_tags" VALUES(2,2);
INSERT INTO "contact_tags" VALUES(3,2);
INSERT INTO "contact_tags" VALUES(4,2);
INSERT INTO "contact_tags" VALUES(5,2);
INSERT INTO "contact_tags" VALUES(2,1);
INSERT INTO "contact_tags" VALUES(6,2);
CREATE TABLE contact_values (
    contact INTEGER NOT NULL,
    field TEXT NOT NULL,                -- a built-in field's name, or #12
    value TEXT NOT NULL,                -- JSON
    folded TEXT NOT NULL,               -- normalised, to be found by
    PRIMARY KEY (contact, field)
);
INSERT INTO "contact_values" VALUES(1,'first_name','"Ada"','ada');
INSERT INTO "contact_values" VALUES(1,'email','"ada@example.com"','ada@example.com');
INSERT INTO "contact_values" VALUES(2,'first_name','"Bob"','bob');
INSERT INTO "contact_values" VALUES(2,'email','"bob@example.com"','bob@example.com');
INSERT INTO "contact_values" VALUES(3,'first_name','"Cid"','cid');
INSERT INTO "contact_values" VALUES(3,'email','"cid@example.com"','cid@example.com');
INSERT INTO "contact_values" VALUES(4,'first_name','"Dora"','dora');
INSERT INTO "contact_values" VALUES(4,'email','"dora@example.com"','dora@example.com');
INSERT INTO "contact_values" VALUES(5,'first_name','"Æsa"','æsa');
INSERT INTO "contact_values" VALUES(5,'email','"æsa@example.com"','æsa@example.com');
INSERT INTO "contact_values" VALUES(4,'#4','"pro"','pro');
INSERT INTO "contact_values" VALUES(6,'first_name','"Eve"','eve');
INSERT INTO "contact_values" VALUES(6,'email','"eve@example.com"','eve@example.com');
CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    refused TEXT NOT NULL DEFAULT '[]', -- JSON list of channels
    owner TEXT                          -- a user's address
);
INSERT INTO "contacts" VALUES(1,'[]',NULL);
INSERT INTO "contacts" VALUES(2,'[]',NULL);
INSERT INTO "contacts" VALUES(3,'["email"]','bo@example.com');
INSERT INTO "contacts" VALUES(4,'[]',NULL);
INSERT INTO "contacts" VALUES(5,'[]',NULL);
INSERT INTO "contacts" VALUES(6,'[]',NULL);
CREATE TABLE counters (name TEXT PRIMARY KEY, next INTEGER NOT NULL);
INSERT INTO "counters" VALUES('objects',13);
INSERT INTO "counters" VALUES('nodes',18);
INSERT INTO "counters" VALUES('lineage',4);
CREATE TABLE departed (                 -- what deleted objects were called, for old stories
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    label TEXT NOT NULL
);
INSERT INTO "departed" VALUES(3,'tag','Gone');
INSERT INTO "departed" VALUES(12,'campaign','Short');
CREATE TABLE effects (
    seq INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    step INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    kind TEXT NOT NULL,
    resource TEXT NOT NULL,             -- #12
    text TEXT NOT NULL,                 -- texts.digest
    recorded INTEGER NOT NULL,
    due INTEGER,
    person TEXT NOT NULL DEFAULT '',    -- who is to do it: a user's address
    UNIQUE (contact, campaign, step, entry)
);
INSERT INTO "effects" VALUES(1,1,10,11,1,'email','#5','sha256:f1f145891f8260c50c6842eb3028de2ce58b1407e1d564ea84472521d39f0233',1772442000,NULL,'');
INSERT INTO "effects" VALUES(2,2,10,11,1,'email','#5','sha256:f1f145891f8260c50c6842eb3028de2ce58b1407e1d564ea84472521d39f0233',1772442000,NULL,'');
INSERT INTO "effects" VALUES(3,3,10,11,1,'email','#5','sha256:f1f145891f8260c50c6842eb3028de2ce58b1407e1d564ea84472521d39f0233',1772442000,NULL,'');
INSERT INTO "effects" VALUES(4,4,10,11,1,'email','#5','sha256:f1f145891f8260c50c6842eb3028de2ce58b1407e1d564ea84472521d39f0233',1772442000,NULL,'');
INSERT INTO "effects" VALUES(5,5,10,11,1,'email','#5','sha256:f1f145891f8260c50c6842eb3028de2ce58b1407e1d564ea84472521d39f0233',1772442000,NULL,'');
INSERT INTO "effects" VALUES(6,1,10,12,1,'email','#6','sha256:211ab91a867c05832d2685e0c8a0ff27203066f4efec97ff2cb243a3e1b14c5e',1772614800,NULL,'');
INSERT INTO "effects" VALUES(7,2,10,12,1,'email','#6','sha256:211ab91a867c05832d2685e0c8a0ff27203066f4efec97ff2cb243a3e1b14c5e',1772614800,NULL,'');
INSERT INTO "effects" VALUES(8,3,10,12,1,'email','#6','sha256:211ab91a867c05832d2685e0c8a0ff27203066f4efec97ff2cb243a3e1b14c5e',1772614800,NULL,'');
INSERT INTO "effects" VALUES(9,4,10,12,1,'email','#6','sha256:211ab91a867c05832d2685e0c8a0ff27203066f4efec97ff2cb243a3e1b14c5e',1772614800,NULL,'');
INSERT INTO "effects" VALUES(10,5,10,12,1,'email','#6','sha256:211ab91a867c05832d2685e0c8a0ff27203066f4efec97ff2cb243a3e1b14c5e',1772614800,NULL,'');
INSERT INTO "effects" VALUES(11,2,10,8,1,'email','#7','sha256:c51f68abd1ae5106e2a91b5669ff731d46dd944b9851eb31fa93272200c1e7af',1772701210,NULL,'');
INSERT INTO "effects" VALUES(12,1,10,13,1,'task','#9','sha256:d6b71eef90dfed9be9dba50206884b9dfb951b7988a958cec50591ad66204421',1772787600,1772874000,'');
INSERT INTO "effects" VALUES(13,3,10,13,1,'task','#9','sha256:d6b71eef90dfed9be9dba50206884b9dfb951b7988a958cec50591ad66204421',1772787600,1772874000,'bo@example.com');
INSERT INTO "effects" VALUES(14,4,10,13,1,'task','#9','sha256:d6b71eef90dfed9be9dba50206884b9dfb951b7988a958cec50591ad66204421',1772787600,1772874000,'');
INSERT INTO "effects" VALUES(15,5,10,13,1,'task','#9','sha256:d6b71eef90dfed9be9dba50206884b9dfb951b7988a958cec50591ad66204421',1772787600,1772874000,'');
CREATE TABLE entries (
    contact INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    node INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (contact, campaign, node)
);
INSERT INTO "entries" VALUES(1,10,4,1);
INSERT INTO "entries" VALUES(1,10,10,1);
INSERT INTO "entries" VALUES(2,10,4,1);
INSERT INTO "entries" VALUES(2,10,10,1);
INSERT INTO "entries" VALUES(3,10,4,1);
INSERT INTO "entries" VALUES(3,10,10,1);
INSERT INTO "entries" VALUES(4,10,4,1);
INSERT INTO "entries" VALUES(4,10,10,1);
INSERT INTO "entries" VALUES(5,10,4,1);
INSERT INTO "entries" VALUES(5,10,10,1);
INSERT INTO "entries" VALUES(2,10,7,1);
INSERT INTO "entries" VALUES(2,10,2,1);
INSERT INTO "entries" VALUES(6,12,16,1);
CREATE TABLE flows (
    campaign INTEGER NOT NULL,
    version INTEGER NOT NULL,
    data TEXT NOT NULL,
    ids TEXT NOT NULL,                  -- JSON object: node or node.step to id
    published INTEGER NOT NULL,
    retired INTEGER NOT NULL,
    PRIMARY KEY (campaign, version)
);
INSERT INTO "flows" VALUES(10,2,'{"goals":{"attended":{"after":["remind"],"when":[{"tag-applied":{"tag":"#1"}}]},"called":{"after":["other"],"when":[{"task-completed":{"task":"#9"}}]},"registered":{"when":[{"web-form-submitted":{"form":"#8"}}]}},"joins":{"both":{"after":["pitch","other"]}},"sequences":{"other":{"after":["registered"],"steps":[{"action":{"apply-tag":{"tag":"#2"}},"key":"tag"},{"action":{"remove-tag":{"tag":"#2"}},"key":"later","wait":{"for":"10 days"}}]},"pitch":{"after":["attended"],"steps":[{"action":{"send-email":{"email":"#7"}},"key":"offer","wait":{"for":"1 day"}},{"action":{"send-email":{"email":"#5"}},"key":"again","wait":{"for":"3 days"}}]},"remind":{"after":["registered"],"steps":[{"action":{"send-email":{"email":"#5"}},"key":"confirm"},{"action":{"send-email":{"email":"#6"}},"key":"nudge","wait":{"for":"2 days"}},{"action":{"create-task":{"due":"1 day","task":"#9"}},"key":"call","wait":{"for":"2 days"}}]}},"title":"Follow-up"}','{"attended":1,"both":2,"called":3,"other":4,"other.later":6,"other.tag":5,"pitch":7,"pitch.again":14,"pitch.offer":8,"registered":9,"remind":10,"remind.call":13,"remind.confirm":11,"remind.nudge":12}',1,0);
INSERT INTO "flows" VALUES(12,1,'{"goals":{"go":{"when":[{"tag-applied":{"tag":"#2"}}]}},"sequences":{"run":{"after":["go"],"steps":[{"action":{"send-email":{"email":"#7"}},"key":"w","wait":{"for":"30 days"}}]}},"title":"Short"}','{"go":15,"run":16,"run.w":17}',1,1);
CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL,
    at INTEGER NOT NULL,
    word TEXT NOT NULL,
    attributes TEXT NOT NULL
);
INSERT INTO "inbox" VALUES(1,1,1772442000,'web-form-submitted','{"form":"#8"}');
INSERT INTO "inbox" VALUES(2,2,1772442000,'web-form-submitted','{"form":"#8"}');
INSERT INTO "inbox" VALUES(3,3,1772442000,'web-form-submitted','{"form":"#8"}');
INSERT INTO "inbox" VALUES(4,4,1772442000,'web-form-submitted','{"form":"#8"}');
INSERT INTO "inbox" VALUES(5,5,1772442000,'web-form-submitted','{"form":"#8"}');
INSERT INTO "inbox" VALUES(6,2,1772614810,'tag-applied','{"tag":"#1"}');
INSERT INTO "inbox" VALUES(7,3,1772614810,'opted-out','{"channel":"email"}');
INSERT INTO "inbox" VALUES(8,4,1772614810,'field-changed','{"field":"#4"}');
INSERT INTO "inbox" VALUES(9,6,1772787630,'tag-applied','{"tag":"#2"}');
CREATE TABLE lineage (                  -- every node and step there ever was, for good
    campaign INTEGER NOT NULL,
    node INTEGER NOT NULL,              -- the id of a node or step
    address TEXT NOT NULL,              -- the inner address that it had last
    seq INTEGER NOT NULL,               -- the later written, the greater
    PRIMARY KEY (campaign, node)
);
INSERT INTO "lineage" VALUES(10,1,'attended',2);
INSERT INTO "lineage" VALUES(10,2,'both',2);
INSERT INTO "lineage" VALUES(10,3,'called',2);
INSERT INTO "lineage" VALUES(10,4,'other',2);
INSERT INTO "lineage" VALUES(10,5,'other.tag',2);
INSERT INTO "lineage" VALUES(10,6,'other.later',2);
INSERT INTO "lineage" VALUES(10,7,'pitch',2);
INSERT INTO "lineage" VALUES(10,8,'pitch.offer',2);
INSERT INTO "lineage" VALUES(10,9,'registered',2);
INSERT INTO "lineage" VALUES(10,10,'remind',2);
INSERT INTO "lineage" VALUES(10,11,'remind.confirm',2);
INSERT INTO "lineage" VALUES(10,12,'remind.nudge',2);
INSERT INTO "lineage" VALUES(10,13,'remind.call',2);
INSERT INTO "lineage" VALUES(10,14,'pitch.again',2);
INSERT INTO "lineage" VALUES(12,15,'go',3);
INSERT INTO "lineage" VALUES(12,16,'run',3);
INSERT INTO "lineage" VALUES(12,17,'run.w',3);
CREATE TABLE listens (
    word TEXT NOT NULL,
    attributes TEXT NOT NULL,           -- JSON object
    campaign INTEGER NOT NULL,
    version INTEGER NOT NULL,
    goal TEXT NOT NULL,
    PRIMARY KEY (word, attributes, campaign, version, goal)
);
INSERT INTO "listens" VALUES('tag-applied','{"tag":"#1"}',10,2,'attended');
INSERT INTO "listens" VALUES('task-completed','{"task":"#9"}',10,2,'called');
INSERT INTO "listens" VALUES('web-form-submitted','{"form":"#8"}',10,2,'registered');
CREATE TABLE objects (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    natural_key TEXT,
    data TEXT NOT NULL
);
INSERT INTO "objects" VALUES(1,'tag','attended','{"name":"Attended"}');
INSERT INTO "objects" VALUES(2,'tag','vip','{"name":"VIP"}');
INSERT INTO "objects" VALUES(4,'field','interest','{"name":"interest","title":"Interest"}');
INSERT INTO "objects" VALUES(5,'email',NULL,'{"body":"<p>Hello {{ contact.first_name }}</p>","from":"shop@example.com","subject":"Welcome"}');
INSERT INTO "objects" VALUES(6,'email',NULL,'{"body":"<p>Hello {{ contact.first_name }}</p>","from":"shop@example.com","subject":"It is tomorrow"}');
INSERT INTO "objects" VALUES(7,'email',NULL,'{"body":"<p>Hello {{ contact.first_name }}</p>","from":"shop@example.com","subject":"An offer"}');
INSERT INTO "objects" VALUES(8,'form','registration','{"fields":[{"field":"email"}],"title":"Registration"}');
INSERT INTO "objects" VALUES(9,'task',NULL,'{"title":"Call {{ contact.first_name }}"}');
INSERT INTO "objects" VALUES(10,'campaign',NULL,'{"goals":{"attended":{"after":["remind"],"when":[{"tag-applied":{"tag":"#1"}}]},"called":{"after":["other"],"when":[{"task-completed":{"task":"#9"}}]},"registered":{"when":[{"web-form-submitted":{"form":"#8"}}]}},"joins":{"both":{"after":["pitch","other"]}},"sequences":{"other":{"after":["registered"],"steps":[{"action":{"apply-tag":{"tag":"#2"}},"key":"tag"},{"action":{"remove-tag":{"tag":"#2"}},"key":"later","wait":{"for":"10 days"}}]},"pitch":{"after":["attended"],"steps":[{"action":{"send-email":{"email":"#7"}},"key":"offer","wait":{"for":"1 day"}},{"action":{"send-email":{"email":"#5"}},"key":"again","wait":{"for":"3 days"}}]},"remind":{"after":["registered"],"steps":[{"action":{"send-email":{"email":"#5"}},"key":"confirm"},{"action":{"send-email":{"email":"#6"}},"key":"nudge","wait":{"for":"2 days"}},{"action":{"create-task":{"due":"1 day","task":"#9"}},"key":"call","wait":{"for":"2 days"}}]}},"title":"Follow-up"}');
INSERT INTO "objects" VALUES(11,'tag','x','{"name":"X"}');
CREATE TABLE passed (
    contact INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    step INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (contact, campaign, step, entry)
);
INSERT INTO "passed" VALUES(1,10,5,1);
INSERT INTO "passed" VALUES(1,10,11,1);
INSERT INTO "passed" VALUES(2,10,5,1);
INSERT INTO "passed" VALUES(2,10,11,1);
INSERT INTO "passed" VALUES(3,10,5,1);
INSERT INTO "passed" VALUES(3,10,11,1);
INSERT INTO "passed" VALUES(4,10,5,1);
INSERT INTO "passed" VALUES(4,10,11,1);
INSERT INTO "passed" VALUES(5,10,5,1);
INSERT INTO "passed" VALUES(5,10,11,1);
INSERT INTO "passed" VALUES(1,10,12,1);
INSERT INTO "passed" VALUES(2,10,12,1);
INSERT INTO "passed" VALUES(3,10,12,1);
INSERT INTO "passed" VALUES(4,10,12,1);
INSERT INTO "passed" VALUES(5,10,12,1);
INSERT INTO "passed" VALUES(2,10,8,1);
INSERT INTO "passed" VALUES(1,10,13,1);
INSERT INTO "passed" VALUES(3,10,13,1);
INSERT INTO "passed" VALUES(4,10,13,1);
INSERT INTO "passed" VALUES(5,10,13,1);
CREATE TABLE positions (
    contact INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    version INTEGER NOT NULL,
    node TEXT NOT NULL,
    status TEXT NOT NULL,
    step TEXT,
    entry INTEGER NOT NULL,
    entered INTEGER NOT NULL,
    began INTEGER,
    due INTEGER,
    overtaken INTEGER NOT NULL,
    arrived TEXT NOT NULL,              -- JSON list
    skip TEXT NOT NULL,                 -- JSON list
    PRIMARY KEY (contact, campaign, version, node)
);
INSERT INTO "positions" VALUES(1,10,2,'other','running','later',1,1772442000,1772442000,1773306000,0,'[]','[]');
INSERT INTO "positions" VALUES(1,10,2,'remind','queued',NULL,1,1772442000,NULL,NULL,0,'[]','[]');
INSERT INTO "positions" VALUES(2,10,2,'both','joining',NULL,1,1772701210,NULL,NULL,0,'["pitch"]','[]');
INSERT INTO "positions" VALUES(2,10,2,'other','running','later',1,1772442000,1772442000,1773306000,0,'[]','[]');
INSERT INTO "positions" VALUES(3,10,2,'other','running','later',1,1772442000,1772442000,1773306000,0,'[]','[]');
INSERT INTO "positions" VALUES(3,10,2,'remind','queued',NULL,1,1772442000,NULL,NULL,0,'[]','[]');
INSERT INTO "positions" VALUES(4,10,2,'other','running','later',1,1772442000,1772442000,1773306000,0,'[]','[]');
INSERT INTO "positions" VALUES(4,10,2,'remind','queued',NULL,1,1772442000,NULL,NULL,0,'[]','[]');
INSERT INTO "positions" VALUES(5,10,2,'other','running','later',1,1772442000,1772442000,1773306000,0,'[]','[]');
INSERT INTO "positions" VALUES(5,10,2,'remind','queued',NULL,1,1772442000,NULL,NULL,0,'[]','[]');
INSERT INTO "positions" VALUES(6,12,1,'run','running','w',1,1772787630,1772787630,1775376030,0,'[]','[]');
CREATE TABLE refs (
    referrer INTEGER NOT NULL,
    version INTEGER NOT NULL,           -- of a campaign's flow; 0 for every other kind
    target INTEGER NOT NULL,
    PRIMARY KEY (referrer, version, target)
);
INSERT INTO "refs" VALUES(10,2,1);
INSERT INTO "refs" VALUES(10,2,2);
INSERT INTO "refs" VALUES(10,2,5);
INSERT INTO "refs" VALUES(10,2,6);
INSERT INTO "refs" VALUES(10,2,7);
INSERT INTO "refs" VALUES(10,2,8);
INSERT INTO "refs" VALUES(10,2,9);
INSERT INTO "refs" VALUES(12,1,2);
INSERT INTO "refs" VALUES(12,1,7);
CREATE TABLE revisions (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    at INTEGER NOT NULL,
    record TEXT NOT NULL,               -- JSON
    created TEXT NOT NULL,              -- JSON object: name to id
    travelled INTEGER NOT NULL
);
INSERT INTO "revisions" VALUES(1,'plan-1','install',1772701220,'{"packages":["é"]}','{"x":11}',0);
CREATE TABLE story (
    seq INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL,
    at INTEGER NOT NULL,
    what TEXT NOT NULL,
    campaign INTEGER,
    node TEXT NOT NULL,
    why TEXT NOT NULL
);
INSERT INTO "story" VALUES(1,1,1772442000,'event',NULL,'','web form submitted #8');
INSERT INTO "story" VALUES(2,1,1772442000,'achieved',10,'registered','web form submitted #8');
INSERT INTO "story" VALUES(3,1,1772442000,'entered',10,'other','after registered');
INSERT INTO "story" VALUES(4,1,1772442000,'passed',10,'other.tag','applied tag #2');
INSERT INTO "story" VALUES(5,1,1772442000,'event',10,'other.tag','tag applied #2');
INSERT INTO "story" VALUES(6,1,1772442000,'waiting',10,'other.later','until 2026-03-12 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(7,1,1772442000,'entered',10,'remind','after registered');
INSERT INTO "story" VALUES(8,1,1772442000,'passed',10,'remind.confirm','sent email #5');
INSERT INTO "story" VALUES(9,1,1772442000,'waiting',10,'remind.nudge','until 2026-03-04 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(10,2,1772442000,'event',NULL,'','web form submitted #8');
INSERT INTO "story" VALUES(11,2,1772442000,'achieved',10,'registered','web form submitted #8');
INSERT INTO "story" VALUES(12,2,1772442000,'entered',10,'other','after registered');
INSERT INTO "story" VALUES(13,2,1772442000,'passed',10,'other.tag','applied tag #2');
INSERT INTO "story" VALUES(14,2,1772442000,'event',10,'other.tag','tag applied #2');
INSERT INTO "story" VALUES(15,2,1772442000,'waiting',10,'other.later','until 2026-03-12 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(16,2,1772442000,'entered',10,'remind','after registered');
INSERT INTO "story" VALUES(17,2,1772442000,'passed',10,'remind.confirm','sent email #5');
INSERT INTO "story" VALUES(18,2,1772442000,'waiting',10,'remind.nudge','until 2026-03-04 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(19,3,1772442000,'event',NULL,'','web form submitted #8');
INSERT INTO "story" VALUES(20,3,1772442000,'achieved',10,'registered','web form submitted #8');
INSERT INTO "story" VALUES(21,3,1772442000,'entered',10,'other','after registered');
INSERT INTO "story" VALUES(22,3,1772442000,'passed',10,'other.tag','applied tag #2');
INSERT INTO "story" VALUES(23,3,1772442000,'event',10,'other.tag','tag applied #2');
INSERT INTO "story" VALUES(24,3,1772442000,'waiting',10,'other.later','until 2026-03-12 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(25,3,1772442000,'entered',10,'remind','after registered');
INSERT INTO "story" VALUES(26,3,1772442000,'passed',10,'remind.confirm','sent email #5');
INSERT INTO "story" VALUES(27,3,1772442000,'waiting',10,'remind.nudge','until 2026-03-04 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(28,4,1772442000,'event',NULL,'','web form submitted #8');
INSERT INTO "story" VALUES(29,4,1772442000,'achieved',10,'registered','web form submitted #8');
INSERT INTO "story" VALUES(30,4,1772442000,'entered',10,'other','after registered');
INSERT INTO "story" VALUES(31,4,1772442000,'passed',10,'other.tag','applied tag #2');
INSERT INTO "story" VALUES(32,4,1772442000,'event',10,'other.tag','tag applied #2');
INSERT INTO "story" VALUES(33,4,1772442000,'waiting',10,'other.later','until 2026-03-12 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(34,4,1772442000,'entered',10,'remind','after registered');
INSERT INTO "story" VALUES(35,4,1772442000,'passed',10,'remind.confirm','sent email #5');
INSERT INTO "story" VALUES(36,4,1772442000,'waiting',10,'remind.nudge','until 2026-03-04 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(37,5,1772442000,'event',NULL,'','web form submitted #8');
INSERT INTO "story" VALUES(38,5,1772442000,'achieved',10,'registered','web form submitted #8');
INSERT INTO "story" VALUES(39,5,1772442000,'entered',10,'other','after registered');
INSERT INTO "story" VALUES(40,5,1772442000,'passed',10,'other.tag','applied tag #2');
INSERT INTO "story" VALUES(41,5,1772442000,'event',10,'other.tag','tag applied #2');
INSERT INTO "story" VALUES(42,5,1772442000,'waiting',10,'other.later','until 2026-03-12 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(43,5,1772442000,'entered',10,'remind','after registered');
INSERT INTO "story" VALUES(44,5,1772442000,'passed',10,'remind.confirm','sent email #5');
INSERT INTO "story" VALUES(45,5,1772442000,'waiting',10,'remind.nudge','until 2026-03-04 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(46,1,1772614800,'passed',10,'remind.nudge','sent email #6');
INSERT INTO "story" VALUES(47,1,1772614800,'waiting',10,'remind.call','until 2026-03-06 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(48,2,1772614800,'passed',10,'remind.nudge','sent email #6');
INSERT INTO "story" VALUES(49,2,1772614800,'waiting',10,'remind.call','until 2026-03-06 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(50,3,1772614800,'passed',10,'remind.nudge','sent email #6');
INSERT INTO "story" VALUES(51,3,1772614800,'waiting',10,'remind.call','until 2026-03-06 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(52,4,1772614800,'passed',10,'remind.nudge','sent email #6');
INSERT INTO "story" VALUES(53,4,1772614800,'waiting',10,'remind.call','until 2026-03-06 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(54,5,1772614800,'passed',10,'remind.nudge','sent email #6');
INSERT INTO "story" VALUES(55,5,1772614800,'waiting',10,'remind.call','until 2026-03-06 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(56,2,1772614810,'event',NULL,'','tag applied #1');
INSERT INTO "story" VALUES(57,2,1772614810,'achieved',10,'attended','tag applied #1');
INSERT INTO "story" VALUES(58,2,1772614810,'ended',10,'remind.call','stopped by goal attended (C3)');
INSERT INTO "story" VALUES(59,2,1772614810,'entered',10,'pitch','after attended');
INSERT INTO "story" VALUES(60,2,1772614810,'waiting',10,'pitch.offer','until 2026-03-05 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(61,3,1772614810,'event',NULL,'','opted out email');
INSERT INTO "story" VALUES(62,4,1772614810,'event',NULL,'','field changed #4');
INSERT INTO "story" VALUES(63,2,1772701210,'passed',10,'pitch.offer','sent email #7');
INSERT INTO "story" VALUES(64,2,1772701210,'joined',10,'both','from pitch');
INSERT INTO "story" VALUES(65,1,1772787600,'passed',10,'remind.call','created task #9, due 2026-03-07 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(66,1,1772787600,'queued',10,'remind','waits for goal attended (C7)');
INSERT INTO "story" VALUES(67,3,1772787600,'passed',10,'remind.call','created task #9 for bo@example.com, due 2026-03-07 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(68,3,1772787600,'queued',10,'remind','waits for goal attended (C7)');
INSERT INTO "story" VALUES(69,4,1772787600,'passed',10,'remind.call','created task #9, due 2026-03-07 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(70,4,1772787600,'queued',10,'remind','waits for goal attended (C7)');
INSERT INTO "story" VALUES(71,5,1772787600,'passed',10,'remind.call','created task #9, due 2026-03-07 10:00 Europe/Oslo');
INSERT INTO "story" VALUES(72,5,1772787600,'queued',10,'remind','waits for goal attended (C7)');
INSERT INTO "story" VALUES(73,6,1772787630,'event',NULL,'','tag applied #2');
INSERT INTO "story" VALUES(74,6,1772787630,'achieved',12,'go','tag applied #2');
INSERT INTO "story" VALUES(75,6,1772787630,'entered',12,'run','after go');
INSERT INTO "story" VALUES(76,6,1772787630,'waiting',12,'run.w','until 2026-04-05 10:00 Europe/Oslo');
CREATE TABLE texts (digest TEXT PRIMARY KEY, data TEXT NOT NULL);
INSERT INTO "texts" VALUES('sha256:f1f145891f8260c50c6842eb3028de2ce58b1407e1d564ea84472521d39f0233','{"body":"<p>Hello {{ contact.first_name }}</p>","from":"shop@example.com","subject":"Welcome"}');
INSERT INTO "texts" VALUES('sha256:211ab91a867c05832d2685e0c8a0ff27203066f4efec97ff2cb243a3e1b14c5e','{"body":"<p>Hello {{ contact.first_name }}</p>","from":"shop@example.com","subject":"It is tomorrow"}');
INSERT INTO "texts" VALUES('sha256:c51f68abd1ae5106e2a91b5669ff731d46dd944b9851eb31fa93272200c1e7af','{"body":"<p>Hello {{ contact.first_name }}</p>","from":"shop@example.com","subject":"An offer"}');
INSERT INTO "texts" VALUES('sha256:d6b71eef90dfed9be9dba50206884b9dfb951b7988a958cec50591ad66204421','{"title":"Call {{ contact.first_name }}"}');
CREATE INDEX objects_by_natural_key ON objects (kind, natural_key);
CREATE INDEX refs_by_target ON refs (target, referrer);
CREATE INDEX listens_by_flow ON listens (campaign, version);
CREATE INDEX contact_values_by_value ON contact_values (field, folded);
CREATE INDEX contact_tags_by_tag ON contact_tags (tag, contact);
CREATE INDEX contact_facts_by_subject ON contact_facts (sort, subject, contact);
CREATE INDEX positions_by_due ON positions (due, contact);
CREATE INDEX positions_by_place ON positions (campaign, version, node, step, status, due, contact);
CREATE INDEX entries_by_node ON entries (campaign, node);
CREATE INDEX story_by_contact ON story (contact, seq);
COMMIT;
