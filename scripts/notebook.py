"""Runs the code cells of a notebook in one namespace and in order, without Jupyter: notebook.py FILE.ipynb [--update]

What cells print is compared with the outputs that the notebook holds; --update writes it there."""
import contextlib
import io
import json
import sys
import traceback

path = sys.argv[1]
update = '--update' in sys.argv
with open(path, encoding='utf8') as file:
    notebook = json.load(file)
names = {'__name__': '__main__'}
wrong = 0
count = 0
for cell in notebook['cells']:
    if cell['cell_type'] != 'code':
        continue
    count += 1
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(''.join(cell['source']), f'cell {count}', 'exec'), names)
    except Exception:
        print(f'cell {count}: {traceback.format_exc()}')
        wrong += 1
        break
    found = printed.getvalue()
    shown = ''.join(text for output in cell['outputs'] for text in output.get('text', []))
    if update:
        cell['execution_count'] = count
        cell['outputs'] = [] if found == '' else [
            {'name': 'stdout', 'output_type': 'stream', 'text': found.splitlines(keepends=True)},
        ]
    elif found != shown:
        print(f'cell {count} prints\n{found}the notebook shows\n{shown}')
        wrong += 1
if update and wrong == 0:
    with open(path, 'w', encoding='utf8') as file:
        json.dump(notebook, file, ensure_ascii=False, indent=1)
        file.write('\n')
print(f'{count} cells, {wrong} wrong')
sys.exit(1 if wrong or count == 0 else 0)
