import { randomBytes } from 'node:crypto';
import { ok, equal, deepEqual, notEqual } from 'node:assert/strict';
import { SdkError } from './device.mjs';

let journeys = 0;

/** All that an app does with push tokens, with one SDK and one form of the host, on several devices. */
export async function journey({ sdk, override, app, browser, backEnd, report }) {
  const run = `${process.pid}-${++journeys}`;
  const alice = `alice-${run}`;
  const bob = `bob-${run}`;
  const fcm = (name) => `fcm-${name}-${run}`;
  const apns = () => randomBytes(32).toString('hex');

  const devices = [];
  const device = async (name) => {
    const settings = { appId: app.id, region: app.region, override };
    const made = await browser.device(name, sdk, settings);
    devices.push(made);
    return made;
  };
  const step = (name, body) =>
    report.step(`${sdk} ${override}: ${name}`, body, () => devices.flatMap((it) => it.trail()));

  await backEnd.makeUser(alice);
  await backEnd.makeUser(bob);
  const [a, b, c] = [await device('A'), await device('B'), await device('C')];
  let tokenOfA;

  await step('A init', async () => equal(await a.init(), true));
  await step('a wrong auth key is refused', () => refused(a.login(alice, 'no-such-key')));
  await step('an unknown uid is refused', () => refused(a.login(`nobody-${run}`, app.authKey)));
  await step('A logs in with uid and auth key', async () => {
    const user = await a.login(alice, app.authKey);
    equal(user.uid, alice);
    ok(user.authToken);
    tokenOfA = user.authToken;
  });
  const loggedInAt = Date.now();

  await step('a new user has three empty lists', async () =>
    deepEqual(await a.list(), { ios: [], web: [], android: [] }));
  await step('A registers an FCM token, listed under web', async () => {
    await a.register({ fcmToken: fcm('a1') });
    deepEqual(await a.list(), { ios: [], web: [fcm('a1')], android: [] });
  });
  await step('registering it again changes nothing', async () => {
    await a.register({ fcmToken: fcm('a1') });
    deepEqual(await a.tokens(), [fcm('a1')]);
  });
  await step('another FCM token of the session takes its place', async () => {
    await a.register({ fcmToken: fcm('a2') });
    deepEqual(await a.tokens(), [fcm('a2')]);
  });
  await step('A registers APNs and VoIP tokens, listed under ios', async () => {
    const [device, voip] = [apns(), apns()];
    await a.register({ apnsToken: device, voipToken: voip });
    const { ios, web } = await a.list();
    ok(ios.includes(device));
    deepEqual(web, [fcm('a2')]);
  });
  await step('all three tokens in one call', async () => {
    const [device, voip] = [apns(), apns()];
    await a.register({ fcmToken: fcm('a3'), apnsToken: device, voipToken: voip });
    const { ios, web } = await a.list();
    ok(ios.includes(device));
    deepEqual(web, [fcm('a3')]);
  });
  await step('an endpoint with a leading slash, as Android sends it', async () => {
    const lists = await a.extension('GET', '/v2/tokens');
    deepEqual(lists.web, [fcm('a3')]);
  });
  await step('a body without a token is refused', () => refused(a.register({ nothing: 1 })));
  await step('a token that says "null" is refused', () => refused(a.register({ fcmToken: 'null' })));
  await step('DELETE all:false leaves A without a token', async () => {
    await a.remove(false);
    deepEqual(await a.tokens(), []);
  });
  await step('deleting when there is nothing succeeds', async () => {
    await a.remove(false);
  });

  await step('B is a second session of the same user', async () => {
    await b.init();
    const user = await b.login(alice, app.authKey);
    notEqual(user.authToken, tokenOfA);
    await a.register({ fcmToken: fcm('a4') });
    await b.register({ fcmToken: fcm('b1') });
    deepEqual((await a.tokens()).sort(), [fcm('a4'), fcm('b1')]);
  });
  await step("B's DELETE all:false leaves A's token alone", async () => {
    await b.remove(false);
    deepEqual(await b.tokens(), [fcm('a4')]);
  });
  await step("A's DELETE all:true empties both sessions", async () => {
    await b.register({ fcmToken: fcm('b2') });
    await a.remove(true);
    deepEqual(await a.tokens(), []);
    deepEqual(await b.tokens(), []);
  });

  await step('C logs in with an auth token that the back end made', async () => {
    const authToken = await backEnd.makeAuthToken(bob);
    await c.init();
    const user = await c.login(authToken);
    equal(user.uid, bob);
    equal(user.authToken, authToken);
  });
  await step('the login survives a reload of the page', async () => {
    await c.reload();
    await c.init();
    deepEqual(await c.tokens(), []);
  });
  await step('a token that another user registers moves there', async () => {
    await a.register({ fcmToken: fcm('shared') });
    await c.register({ fcmToken: fcm('shared') });
    deepEqual(await a.tokens(), []);
    deepEqual(await c.tokens(), [fcm('shared')]);
  });
  await step('the older registerTokenForPushNotification', async () => {
    const said = await c.call((token) => CometChat.registerTokenForPushNotification(token, {}), fcm('old'));
    ok(/success/i.test(said), said);
    deepEqual(await c.tokens(), [fcm('old')]);
  });
  if (sdk === 'v4') {
    await step('registerPushToken', async () => {
      const said = await c.call(
        (token) =>
          CometChatNotifications.registerPushToken(token, CometChatNotifications.PushPlatforms.FCM_WEB, 'fcm-1'),
        fcm('new'),
      );
      succeeded(said);
      deepEqual(await c.tokens(), [fcm('new')]);
    });
    await step('unregisterPushToken', async () => {
      succeeded(await c.call(() => CometChatNotifications.unregisterPushToken()));
      deepEqual(await c.tokens(), []);
    });
  }

  await step('mute, settings, unmute', () => muteAndUnmute(a));
  if (sdk === 'v4') {
    await step('muted conversations and preferences', () => conversationsAndPreferences(a));
  }

  if (sdk === 'v4') {
    // Five seconds after a login it reports its session once. That must not disturb anything.
    await a.pause(loggedInAt + 6000 - Date.now());
  }
  await step("A's logout removes its token, as B sees", async () => {
    await a.register({ fcmToken: fcm('a5') });
    deepEqual(await b.tokens(), [fcm('a5')]);
    await a.logout();
    deepEqual(await b.tokens(), []);
  });
  await step("A's auth token opens nothing any more", async () => {
    const d = await device('D');
    await d.init();
    return refused(d.login(tokenOfA));
  });
  await step('an extension call after the logout is refused', () => refused(a.list()));
  await step('A logs in again in the same page', async () => {
    await a.login(alice, app.authKey);
    await a.register({ fcmToken: fcm('a6') });
    deepEqual(await b.tokens(), [fcm('a6')]);
  });
  await step('all log out', async () => {
    await a.logout();
    await b.logout();
    await c.logout();
  });

  for (const device of devices) await device.close();
}

/** The SDK itself must have understood the refusal, so it has a code of ours. */
async function refused(call) {
  const error = await call.then(
    () => null,
    (thrown) => thrown,
  );
  ok(error, 'it was accepted');
  ok(error instanceof SdkError && error.code && error.code !== 'FAILED_TO_FETCH', error.message);
  return error.code;
}

// The newer calls resolve in either case, with a sentence.
function succeeded(sentence) {
  ok(/registered successfully/.test(sentence) && !/^Failed/.test(sentence), sentence);
}

async function muteAndUnmute(device) {
  const chats = { uids: ['peer-1'], guids: ['group-1'] };
  const end = Date.now() + 60_000;
  const until = { timeInMS: String(end) };
  for (const what of ['chat', 'calls']) {
    await device.extension('POST', `v2/mute-${what}`, { ...chats, ...until });
  }
  const chat = { allow_only_mentions: true, mute_group_actions: false, mute_all_guids: false, mute_all_uids: false };
  const call = { mute_all_guids: false, mute_all_uids: true };
  await device.extension('POST', 'v2/user-settings', { 'user-settings': { dnd: true, chat, call } });
  const { 'user-settings': kept } = await device.extension('GET', 'v2/user-settings');
  equal(kept.dnd, true);
  equal(kept.chat.allow_only_mentions, true);
  equal(kept.call.mute_all_uids, true);
  deepEqual(kept.chat.muted_uids, { 'peer-1': end });
  deepEqual(kept.call.muted_guids, { 'group-1': end });
  for (const what of ['chat', 'calls']) {
    await device.extension('POST', `v2/unmute-${what}`, chats);
  }
}

// What the newer calls change, the extension shows, and the other way round.
async function conversationsAndPreferences(device) {
  const end = Date.now() + 60_000;
  const mutedChats = async () => (await device.extension('GET', 'v2/user-settings'))['user-settings'].chat.muted_uids;
  const muted = () =>
    device.call(async () =>
      (await CometChatNotifications.getMutedConversations()).map((it) => [it.getId(), it.getType(), it.getUntil()]),
    );
  const change = (name) =>
    device.call(
      async (name, until) => {
        const { MutedConversation, UnmutedConversation, MutedConversationType } = CometChatNotifications;
        const conversation = until ? new MutedConversation() : new UnmutedConversation();
        conversation.setId('peer-2');
        conversation.setType(MutedConversationType.ONE_ON_ONE);
        if (until) conversation.setUntil(until);
        return CometChatNotifications[name]([conversation]);
      },
      name,
      name === 'muteConversations' ? end : 0,
    );
  equal(await change('muteConversations'), 'Conversations muted successfully.');
  deepEqual(await muted(), [['peer-2', 'oneOnOne', end]]);
  deepEqual(await mutedChats(), { 'peer-2': end });
  equal(await change('unmuteConversations'), 'Conversations unmuted successfully.');
  deepEqual(await mutedChats(), {});

  const preferences = (name) =>
    device.call(async (name) => {
      const now = await CometChatNotifications[name]();
      const mute = now.getMutePreferences();
      const messages = now.getGroupPreferences().getMessagesPreference();
      return [mute.getDNDPreference(), messages, mute.getScheduleFor('sunday').getTo()];
    }, name);
  deepEqual(await preferences('fetchPreferences'), [2, 3, 2359], 'as the extension set them');
  await device.call(async () => {
    const all = await CometChatNotifications.fetchPreferences();
    all.getMutePreferences().setDNDPreference(CometChatNotifications.DNDOptions.DISABLED);
    all.getGroupPreferences().setMessagesPreference(CometChatNotifications.MessagesOptions.DONT_SUBSCRIBE);
    return CometChatNotifications.updatePreferences(all);
  });
  deepEqual(await preferences('fetchPreferences'), [1, 1, 2359]);
  deepEqual(await preferences('resetPreferences'), [1, 2, 2359]);

  equal(await device.call(() => CometChatNotifications.updateTimezone('Asia/Kolkata')), 'Timezone updated successfully.');
  equal((await device.call(() => CometChatNotifications.getTimezone())).timezone, 'Asia/Kolkata');
}
