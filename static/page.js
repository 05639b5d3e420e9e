// Makes the pages nicer; all of them work without it.
'use strict';

function age(seconds) {
  const words = (count, thing) => count.toLocaleString('en') + ' ' + thing + (count === 1 ? '' : 's') + ' old';
  if (seconds < 0) return 'in the future';
  if (seconds < 60) return 'less than a minute old';
  if (seconds < 2 * 3600) return words(Math.floor(seconds / 60), 'minute');
  if (seconds < 2 * 86400) return words(Math.floor(seconds / 3600), 'hour');
  return words(Math.floor(seconds / 86400), 'day');
}

function elapsed(seconds) {
  if (seconds < 60) return seconds + ' s';
  if (seconds < 3600) return Math.floor(seconds / 60) + ' min ' + (seconds % 60) + ' s';
  return Math.floor(seconds / 3600) + ' h ' + Math.floor((seconds % 3600) / 60) + ' min';
}

function size(bytes) {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (bytes >= 999.5 && unit < units.length - 1) {
    bytes /= 1000;
    unit++;
  }
  return bytes.toFixed(unit > 0 && bytes < 9.95 ? 1 : 0) + ' ' + units[unit];
}

// ages stay true while the page is open
setInterval(() => {
  for (const time of document.querySelectorAll('time[datetime]')) {
    const words = time.querySelector('.age');
    if (words) words.textContent = age((Date.now() - Date.parse(time.dateTime)) / 1000);
  }
}, 30000);

// a form is sent once; the pause lets the browser take the pressed button's value first
function sendOnce(form) {
  form.addEventListener('submit', event => {
    if (event.defaultPrevented) return;
    setTimeout(() => {
      for (const button of form.querySelectorAll('button')) button.disabled = true;
      if (event.submitter && form.method === 'post') event.submitter.textContent += ' …';
    }, 0);
  });
}

// the way back must not show disabled buttons
addEventListener('pageshow', event => {
  if (event.persisted) location.reload();
});

// says at once whether the typed name is right
function checkName(confirmation) {
  const check = () => {
    const right = confirmation.value.trim() === confirmation.dataset.expected;
    confirmation.classList.toggle('right', right);
    confirmation.setCustomValidity(right || !confirmation.value ? '' : 'This is not the name of the database.');
  };
  confirmation.addEventListener('input', check);
  check();
}

// all tables, or none, with one press
function tickAll(line) {
  for (const ticked of [true, false]) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = ticked ? 'Tick all' : 'Tick none';
    button.addEventListener('click', () => {
      for (const box of line.closest('section').querySelectorAll('td.box input[type=checkbox]')) box.checked = ticked;
    });
    line.append(button);
  }
}

// No page gives secrets back. The next one is put in the place of this one instead, and what was typed stays in its fields.
function keepTyped(form) {
  form.addEventListener('submit', event => {
    event.preventDefault();
    const pressed = event.submitter;
    const data = new FormData(form);
    if (pressed && pressed.name) data.append(pressed.name, pressed.value);
    const words = pressed ? pressed.textContent : '';
    for (const button of form.querySelectorAll('button')) button.disabled = true;
    if (pressed) pressed.textContent = words + ' …';
    const again = () => {
      for (const button of form.querySelectorAll('button')) button.disabled = false;
      if (pressed) pressed.textContent = words;
    };
    const address = pressed && pressed.hasAttribute('formaction') ? pressed.formAction : form.getAttribute('action');
    fetch(address, { method: 'POST', body: data, headers: { Accept: 'text/html' } }).then(async answer => {
      if (answer.redirected) {
        location.assign(answer.url);
        return;
      }
      show(new DOMParser().parseFromString(await answer.text(), 'text/html'), form);
    }).catch(() => {
      again();
      alert('The server did not answer. Is it still running?');
    });
  });
}

function show(page, before) {
  document.title = page.title;
  const main = document.querySelector('main');
  main.replaceWith(document.adoptNode(page.querySelector('main')));
  for (const field of before.querySelectorAll('[name=passphrase], [name=privateKey], [name=dbKey]')) {
    for (const next of document.querySelectorAll('#' + field.id)) {
      if (field.type === 'file') next.files = field.files;
      else next.value = field.value;
    }
  }
  for (const notice of document.querySelectorAll('.secrets .notice')) notice.remove();
  enhance(document.querySelector('main'));
  scrollTo(0, 0);
}

function enhance(root) {
  for (const form of root.querySelectorAll('form:not(.upload)')) {
    if (form.querySelector('[name=passphrase], [name=dbKey]')) keepTyped(form);
    else sendOnce(form);
  }
  root.querySelectorAll('input[data-expected]').forEach(checkName);
  root.querySelectorAll('p.boxes').forEach(tickAll);
}

enhance(document);

// live progress
const watched = document.querySelector('[data-events]');
if (watched) {
  const bar = watched.querySelector('progress');
  const show = (key, text) => {
    const place = watched.querySelector('[data-word="' + key + '"]');
    if (place && place.textContent !== text) place.textContent = text;
  };
  const events = new EventSource(watched.dataset.events);
  let started = 0;
  events.addEventListener('progress', event => {
    const now = JSON.parse(event.data);
    show('sentence', now.sentence);
    for (const key of Object.keys(now.words)) show(key, now.words[key]);
    started = Date.now() - now.elapsedSeconds * 1000;
    bar.value = Math.min(100, 100 * now.progress.overall);
    const cancel = document.querySelector('form.cancel');
    if (cancel && now.state === 'swapping') cancel.remove();
  });
  events.addEventListener('result', () => {
    events.close();
    location.reload();
  });
  let failures = 0;
  events.addEventListener('open', () => { failures = 0; });
  events.addEventListener('error', () => {
    if (++failures > 2) show('sentence', 'This page has lost the server. It keeps trying; the restore does not depend on this page.');
    if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000);
  });
  setInterval(() => {
    if (started) show('elapsed', elapsed(Math.max(0, Math.floor((Date.now() - started) / 1000))));
  }, 1000);
}

// an upload tells how far it is
const upload = document.querySelector('form.upload');
if (upload) {
  upload.addEventListener('submit', event => {
    event.preventDefault();
    const words = upload.querySelector('.sending');
    const button = upload.querySelector('button');
    const request = new XMLHttpRequest();
    const begun = Date.now();
    const end = text => {
      words.textContent = text;
      button.disabled = false;
    };
    words.hidden = false;
    button.disabled = true;
    request.upload.addEventListener('progress', sent => {
      const rate = sent.loaded * 1000 / Math.max(1, Date.now() - begun);
      words.textContent = size(sent.loaded) + ' of ' + size(sent.total) + ' sent (' + Math.floor(100 * sent.loaded / sent.total)
        + ' %), ' + size(rate) + ' per second';
    });
    request.addEventListener('load', () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { answer = {}; }
      if (answer.success) {
        location.assign('/?uploaded&backup=' + encodeURIComponent(answer.name));
      } else {
        const remedies = answer.details ? answer.details.remedies.join(' ') : '';
        end((answer.error ? 'Not uploaded: ' + answer.error + '. ' : 'Not uploaded. ') + remedies);
      }
    });
    request.addEventListener('error', () => end('Not uploaded: the connection was lost. Upload the file again, nothing of it was kept.'));
    request.open('POST', upload.action);
    request.setRequestHeader('Accept', 'application/json');
    request.send(new FormData(upload));
  });
}
