;;; plx-mode.el --- Major mode for plx pipelines  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "27.1"))
;; Keywords: languages
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Colours, indentation, formatting (`plx-format-buffer'), errors while editing (Flymake) and an index of bindings for
;; files that end in .plx.  `plx-program' is the plxc to run.

;;; Code:

(require 'cl-lib)
(require 'json)
(require 'subr-x)

(defgroup plx nil
  "Pipelines in the plx language."
  :group 'languages
  :prefix "plx-")

(defcustom plx-program "plxc"
  "The program that formats and checks."
  :type 'string)

(defcustom plx-indent-offset 2
  "Columns of one level of indentation; the formatter has 2."
  :type 'integer
  :safe #'integerp)

(defcustom plx-format-on-save nil
  "Whether saving formats first."
  :type 'boolean
  :safe #'booleanp)

(defface plx-interpolation-face '((t :inherit font-lock-preprocessor-face))
  "Face of the marks around an interpolation.")

(defface plx-escape-face '((t :inherit font-lock-constant-face))
  "Face of escapes in strings.")

(defface plx-number-face '((t :inherit font-lock-constant-face))
  "Face of numbers.")

(defface plx-path-face '((t :inherit font-lock-string-face))
  "Face of paths.")

;;;; Words

;; tests/editors compares them with the lexer and the library.

(defconst plx--keywords
  '("let" "in" "if" "then" "else" "fn" "import" "for" "with"))

(defconst plx--constants
  '("true" "false" "null"))

(defconst plx--types
  '("Any" "Null" "Bool" "Int" "Float" "Number" "Str" "Text" "Path" "List" "Record" "Fn"
    "Stage" "Ref" "Promise" "Claim" "Matcher" "Key" "Realizer"))

(defconst plx--functions
  '("map" "filter" "fold" "range" "zip" "enumerate" "len" "any" "all" "sum" "reverse"
    "flatten" "concat_map" "last" "slice" "take" "drop" "product" "sort" "sort_by" "min" "max"
    "unique" "index_of" "contains" "group_by" "keys" "values" "items" "from_items" "merge"
    "merge_deep" "pick" "omit" "has" "get" "join" "split" "lines" "replace" "trim"
    "starts_with" "ends_with" "upper" "lower" "match_regex" "pad" "format" "int" "float" "abs"
    "floor" "ceil" "round" "div" "mod" "pow" "sqrt" "log" "exp" "to_json" "from_json"
    "read_text" "read_json" "type_of" "is_null" "is_bool" "is_int" "is_float" "is_number"
    "is_str" "is_text" "is_path" "is_list" "is_record" "is_fn" "is_stage" "is_ref" "trace"
    "fail" "mkdrv" "source" "paths" "stage" "redefine" "realized" "exec" "sh" "bash" "python"
    "script" "fetchurl" "fetchlocal" "mknode" "mkfile" "checkpaths" "match" "match_n"
    "match_latest" "match_best" "match_all" "match_some" "match_only" "latest" "exact" "best"
    "worst" "texthash" "key" "map_values"))

(defconst plx--values
  '("promise" "claim"))

;;;; Syntax

(defvar plx-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "_" table)
    ;; Strings hold code that holds strings: `plx--propertize' marks their ends.
    (dolist (char (string-to-list "\"'\\~+-*/%<>=!&|?.:,;$@`^"))
      (modify-syntax-entry char "." table))
    table)
  "Syntax table of `plx-mode'.")

(defconst plx--binding-rx
  (rx bol (any "A-Za-z_") (* (any "A-Za-z0-9_"))
      (or (seq (+ (any " \t")) (any "\"A-Za-z0-9_")) (seq (* (any " \t")) (any "=:(\""))))
  "The beginning of a line on which a binding of the file begins.")

(defun plx--file-level-p (pos)
  "Is POS outside of everything?"
  (let ((state (save-excursion (syntax-ppss pos))))
    (and (not (nth 8 state)) (<= (nth 0 state) 0))))

(defun plx--binding-start (pos)
  "Where the binding of the file that POS is in begins."
  (save-excursion
    (save-match-data
      (goto-char pos)
      (end-of-line)
      (let (found)
        (while (and (not found) (re-search-backward plx--binding-rx nil t))
          (setq found (plx--file-level-p (point))))
        (if found (point) (point-min))))))

(defun plx--extend (start end)
  "What has to be read anew when START to END has: all of the first binding."
  (save-excursion
    (goto-char start)
    (let ((first (if (= (line-beginning-position) (point-min))
                     (point-min)
                   (plx--binding-start (1- (line-beginning-position))))))
      (and (< first start) (cons first end)))))

(defun plx--mark (start end property value)
  "Give START to END the text PROPERTY of VALUE."
  (put-text-property start end property value))

(defun plx--fence (pos)
  "The character at POS begins or ends a string."
  (plx--mark pos (1+ pos) 'syntax-table (string-to-syntax "|")))

(defun plx--propertize (start end)
  "Mark the strings from START, which is code, to END.
A string ends at the `~{' of an interpolation, and what is behind its `}'
is another one, so that the code between them is code to Emacs, too, and
its brackets match."
  (goto-char start)
  (remove-text-properties start end '(plx-face nil))
  (let (modes)
    (while (< (point) end)
      (cl-case (car modes)
        (?\" (setq modes (plx--read-string modes end)))
        (?\' (setq modes (plx--read-text modes end)))
        (t (setq modes (plx--read-code modes end)))))))

(defconst plx--string-end "\"\\|~{\\|\n")
(defconst plx--text-end "'''\\|~{")

(defun plx--read-code (modes end)
  "Go behind the next thing that changes MODES, or to END; return the new modes."
  (if (not (re-search-forward "#\\|\"\\|'''\\|[{}]" end 'move))
      modes
    (pcase (char-before)
      (?# (end-of-line) modes)
      (?\" (plx--fence (1- (point))) (cons ?\" modes))
      (?\' (plx--fence (- (point) 3)) (cons ?\' modes))
      (?{ (cons ?{ modes))
      (_ (let ((open (car modes)))
           (when (eq open ?~)
             (plx--mark (1- (point)) (point) 'plx-face 'plx-interpolation-face)
             (unless (or (eobp) (looking-at (if (eq (cadr modes) ?\') plx--text-end plx--string-end)))
               (plx--fence (point))))
           (cdr modes))))))

(defun plx--string-open-p (end)
  "Is there a string to Emacs at point, behind a quote or an interpolation?
There is none from an interpolation to END."
  (not (and (eq (get-text-property (1- (point)) 'plx-face) 'plx-interpolation-face) (looking-at end))))

(defun plx--close (open pos)
  "End at POS the string that is there if OPEN."
  (when open (plx--fence pos)))

(defun plx--interpolation (open)
  "Mark the `~{' before point; a string ends there if OPEN."
  (plx--close open (- (point) 2))
  (plx--mark (- (point) 2) (point) 'plx-face 'plx-interpolation-face))

(defun plx--read-string (modes end)
  "Like `plx--read-code' (with MODES and END), in a string in double quotes."
  (let ((open (plx--string-open-p plx--string-end)) (done nil))
    (while (and (not done) (re-search-forward "\\\\\\(u{[[:xdigit:]]+}\\|.\\)\\|\"\\|~{\\|\n" end 'move))
      (let ((start (match-beginning 0)))
        (pcase (char-after start)
          (?\\ (plx--mark start (point) 'plx-face
                          (if (save-excursion (goto-char start) (looking-at "\\\\\\(u{\\|[ntr\\\"~]\\)"))
                              'plx-escape-face
                            'font-lock-warning-face)))
          (?~ (plx--interpolation open) (setq done (cons ?~ modes)))
          ;; An unclosed string ends with its line.
          (?\n (plx--close open start) (setq done (or (cdr modes) 'none)))
          (_ (plx--close open start) (setq done (or (cdr modes) 'none))))))
    (cond ((not done) modes) ((eq done 'none) nil) (t done))))

(defun plx--read-text (modes end)
  "Like `plx--read-code' (with MODES and END), in a string in triple quotes."
  (let ((open (plx--string-open-p plx--text-end)) (done nil))
    (while (and (not done) (re-search-forward "~~{\\|~{\\|'''" end 'move))
      (let ((start (match-beginning 0)))
        (cond ((eq (char-after start) ?\')
               (plx--close open (1- (point)))
               (setq done (or (cdr modes) 'none)))
              ((= (- (point) start) 3)
               (plx--mark start (point) 'plx-face 'plx-escape-face))
              (t (plx--interpolation open) (setq done (cons ?~ modes))))))
    (cond ((not done) modes) ((eq done 'none) nil) (t done))))

;;;; Colours

(defun plx--words (words)
  "A matcher of WORDS that are not the name of a field."
  (let ((regexp (regexp-opt words 'symbols)))
    (lambda (limit)
      (let (found)
        (while (and (not found) (re-search-forward regexp limit t))
          (setq found (save-match-data
                        (save-excursion
                          (and (not (looking-at "[ \t]*\\(=[^=>]\\|=$\\|\\??[ \t]*:\\)"))
                               (progn
                                 (goto-char (match-beginning 0))
                                 (or (not (eq (char-before) ?.)) (eq (char-before (1- (point))) ?.))))))))
        found))))

(defun plx--types (limit)
  "Match the name of a type before LIMIT, which may stand before a `='."
  (re-search-forward (regexp-opt plx--types 'symbols) limit t))

(defun plx--faces (limit)
  "Match a piece before LIMIT to which `plx--propertize' gave a face."
  (let ((start (text-property-not-all (point) limit 'plx-face nil)))
    (when start
      (let ((end (next-single-property-change start 'plx-face nil limit)))
        (goto-char end)
        (set-match-data (list start end))
        t))))

(defvar plx-font-lock-keywords
  `((plx--faces 0 (get-text-property (match-beginning 0) 'plx-face) t)
    ("^[ \t]*\\(param\\|type\\)[ \t]+\\([A-Za-z_][A-Za-z0-9_]*\\)[ \t]*\\(?:[:=#]\\|$\\)"
     (1 font-lock-keyword-face) (2 font-lock-variable-name-face))
    ("\\(?:^[ \t]*\\|;[ \t]*\\|\\_<let[ \t]+\\)\\(test\\)[ \t]*[\"']" 1 font-lock-keyword-face)
    ("\\(?:^[ \t]*\\|;[ \t]*\\|\\_<let[ \t]+\\)\\(assert\\)\\(?:[ \t]*[-!([\"']\\|[ \t]+[[:alnum:]_{.]\\)"
     1 font-lock-keyword-face)
    ("^\\([A-Za-z_][A-Za-z0-9_]*\\)[ \t]*(" 1 font-lock-function-name-face)
    (plx--types 0 font-lock-type-face)
    ("\\_<\\([A-Za-z_][A-Za-z0-9_]*\\)[ \t]*\\(?:=\\(?:[^=>]\\|$\\)\\|\\??[ \t]*:\\)" 1 font-lock-variable-name-face)
    (,(plx--words plx--keywords) 0 font-lock-keyword-face)
    (,(plx--words plx--constants) 0 font-lock-constant-face)
    (,(plx--words (append plx--functions plx--values)) 0 font-lock-builtin-face)
    ("\\(?:^\\|[^.A-Za-z0-9_]\\)\\(\\.\\.?/[A-Za-z0-9_.+@/-]*\\)" 1 'plx-path-face)
    ("\\_<\\(0x[[:xdigit:]_]+\\|[0-9][0-9_]*\\(?:\\.[0-9][0-9_]*\\)?\\(?:[eE][-+]?[0-9][0-9_]*\\)?\\)" 1 'plx-number-face))
  "What `plx-mode' colours besides strings and comments.")

(defun plx--syntactic-face (state)
  "The face of the string or comment of STATE."
  (cond ((nth 3 state) font-lock-string-face)
        ((save-excursion (goto-char (nth 8 state)) (looking-at-p "##")) font-lock-doc-face)
        (t font-lock-comment-face)))

;;;; Indentation

;; That of the formatter, and of what is written by hand like it.  The binding around a line is read from its first line
;; on, and a stack says what is open at the line.

(cl-defstruct (plx--frame (:constructor plx--frame (kind inner outer)))
  kind    ; file, bracket, interpolation, let, if, value (an expression that begins on a line of its own), string, text
  inner   ; the indentation of what it holds
  outer   ; that of what closes it
  done    ; an `if' whose `else' was there
  named)  ; in an element that has a name

(cl-defstruct (plx--token (:constructor plx--token (text indent first keyword operand)))
  text indent first keyword
  operand) ; an expression may end with it

(defvar plx--stack nil "What is open, the innermost frame first.")

(defconst plx--token-rx
  (rx (or (seq (any "A-Za-z_") (* (any "A-Za-z0-9_")))
          (seq digit (* (any "A-Za-z0-9_")) (? "." digit (* (any "A-Za-z0-9_"))))
          (seq "." (? ".") "/" (* (any "A-Za-z0-9_.+@/-")))
          "'''" "|>" "||" "&&" (seq (any "=!<>") "=") (seq (any "-=") ">") "++" "??" ".." anything)))

(defconst plx--operators
  '("|>" "||" "&&" "==" "!=" "<=" ">=" "++" "??" "-" "+" "*" "/" "%" "<" ">" "&" "|" "." "with"))

(defun plx--push (kind inner outer)
  "Open a frame of KIND, INNER and OUTER."
  (push (plx--frame kind inner outer) plx--stack))

(defun plx--bracket-p (frame)
  "Is FRAME a bracket?"
  (memq (plx--frame-kind frame) '(bracket interpolation)))

(defun plx--items-p (frame)
  "Does FRAME hold bindings or elements?"
  (memq (plx--frame-kind frame) '(file let bracket interpolation)))

(defun plx--pop-to (test)
  "Leave all frames up to the first of which TEST is true; return that."
  (while (not (funcall test (car plx--stack)))
    (pop plx--stack))
  (car plx--stack))

(defun plx--pop-to-items ()
  "Leave what is open in a binding or element."
  (plx--pop-to #'plx--items-p))

(defun plx--pop-to-bracket ()
  "Leave what is open in the innermost bracket, or in the file."
  (plx--pop-to (lambda (frame) (or (plx--bracket-p frame) (eq (plx--frame-kind frame) 'file)))))

(defun plx--find (kind)
  "The innermost frame of KIND in the innermost bracket, or nil.
An `if' that had its `else' is none."
  (cl-loop for frame in plx--stack
           until (plx--bracket-p frame)
           when (and (eq (plx--frame-kind frame) kind) (not (plx--frame-done frame))) return frame))

(defun plx--is (token &rest texts)
  "Is TOKEN one of the keywords TEXTS?"
  (and (plx--token-keyword token) (member (plx--token-text token) texts)))

(defun plx--continued ()
  "Where an expression goes on that began on an earlier line."
  (let ((frame (car plx--stack)))
    (+ (plx--frame-inner frame)
       (if (if (plx--bracket-p frame) (plx--frame-named frame) (plx--items-p frame)) plx-indent-offset 0))))

(defun plx--place (prev token)
  "The indentation of a line that begins with TOKEN, behind the token PREV.
Leaves in the stack what is open there."
  (let ((text (plx--token-text token)) (before (plx--token-text prev)))
    (cond
     ((member text '(")" "]" "}")) (plx--frame-outer (plx--pop-to-bracket)))
     ((and (plx--is token "in") (plx--find 'let)) (plx--frame-outer (plx--find 'let)))
     ((and (plx--is token "then" "else") (plx--find 'if)) (plx--frame-outer (plx--find 'if)))
     ((member before '("=" "=>" "->"))
      (plx--push 'value (+ (plx--token-indent prev) plx-indent-offset) (plx--token-indent prev))
      (plx--frame-inner (car plx--stack)))
     ((plx--is prev "then" "else")
      (let ((frame (car plx--stack)))
        (plx--push 'value (plx--frame-inner frame) (plx--frame-outer frame))
        (plx--frame-inner frame)))
     ((plx--token-operand prev)
      (cond
       ((and (plx--is token "for" "if") (plx--bracket-p (cl-find-if #'plx--items-p plx--stack)))
        (plx--frame-inner (plx--pop-to-bracket)))
       ((or (plx--token-keyword token) (member text plx--operators) (member text '("[" "(" "{" "=" ":" "?")))
        (plx--continued))
       (t (plx--frame-inner (plx--pop-to-items)))))
     ((or (member before plx--operators) (plx--is prev "if" "fn" "for" "import")) (plx--continued))
     (t (plx--frame-inner (car plx--stack))))))

(defun plx--feed-keyword (prev token)
  "Take the keyword TOKEN behind PREV into the stack."
  (let ((text (plx--token-text token))
        (outer (+ (plx--token-indent token) (if (plx--token-first token) 0 plx-indent-offset))))
    (pcase text
      ("let" (plx--push 'let (+ outer plx-indent-offset) outer))
      ("in" (when-let ((frame (plx--find 'let)))
              (plx--pop-to (lambda (f) (eq f frame)))
              (setf (plx--frame-kind frame) 'value
                    (plx--frame-inner frame) (plx--frame-outer frame))))
      ("if" (cond ((plx--token-operand prev)) ; of a comprehension
                  ((and (plx--is prev "else") (eq (plx--frame-kind (car plx--stack)) 'if))
                   (setf (plx--frame-done (car plx--stack)) nil))
                  (t (plx--push 'if (+ outer plx-indent-offset) outer))))
      ((or "then" "else")
       (let ((frame (plx--find 'if)))
         (cond (frame (plx--pop-to (lambda (f) (eq f frame))))
               ((equal text "else") (plx--push 'if (+ outer plx-indent-offset) outer)))
         (when (equal text "else")
           (setf (plx--frame-done (car plx--stack)) t)))))))

(defun plx--feed (prev token)
  "Take TOKEN behind PREV into the stack."
  (let* ((text (plx--token-text token)) (indent (plx--token-indent token)) (inner (+ indent plx-indent-offset)))
    (if (plx--token-keyword token)
        (plx--feed-keyword prev token)
      (pcase text
        ((or "(" "[" "{") (plx--push 'bracket inner indent))
        ((or ")" "]" "}") (plx--pop-to-bracket) (when (cdr plx--stack) (pop plx--stack)))
        ("," (setf (plx--frame-named (plx--pop-to-bracket)) nil))
        (";" (plx--pop-to-items))
        ("=" (when (plx--bracket-p (car plx--stack)) (setf (plx--frame-named (car plx--stack)) t)))
        ("\"" (plx--push 'string inner indent))
        ("'''" (plx--push 'text inner indent))))))

(defun plx--next (indent first prev)
  "The token at point, behind PREV; point goes behind it.
Its line is indented by INDENT; FIRST: it is the first there."
  (looking-at plx--token-rx)
  (goto-char (match-end 0))
  (let* ((text (match-string-no-properties 0))
         (field (or (equal (plx--token-text prev) ".") (looking-at "\\??[ \t]*:\\|[ \t]*=\\([^=>]\\|$\\)")))
         (keyword (and (not field) (member text plx--keywords))))
    (plx--token text indent first (and keyword t)
                (and (not keyword) (not (equal text "??"))
                     (string-match-p "\\`\\([])}\"[:alnum:]_?]\\|\\.\\.?/\\|'''\\)" text)
                     t))))

(defun plx--skip-string (indent)
  "Go behind the end of the string that point is in, or a `~{' in it.
If there is none on the line, which is indented by INDENT, go to its end.
Return a token that stands for the string."
  (let ((text (eq (plx--frame-kind (car plx--stack)) 'text)) (more t))
    (while more
      (setq more nil)
      (cond ((not (re-search-forward (if text "'''\\|~~?{" "\\\\.\\|\"\\|~{") (line-end-position) 'move))
             (unless text (pop plx--stack)))
            ((equal (match-string 0) "~{")
             (plx--push 'interpolation (+ indent plx-indent-offset) indent))
            ((member (match-string 0) '("\"" "'''")) (pop plx--stack))
            (t (setq more t))))
    (plx--token "" indent nil nil (not (plx--bracket-p (car plx--stack))))))

(defun plx--in-string-p ()
  "Is a string open?"
  (memq (plx--frame-kind (car plx--stack)) '(string text)))

(defun plx--read-line (prev)
  "Read the line of point, behind the token PREV; return its last token."
  (beginning-of-line)
  (let ((end (line-end-position)) (indent (current-indentation)) (first t) (more t))
    (while (and more (< (point) end))
      (if (plx--in-string-p)
          (setq prev (plx--skip-string indent)
                first nil)
        (skip-chars-forward " \t" end)
        (if (or (= (point) end) (eq (char-after) ?#))
            (setq more nil)
          (let ((token (plx--next indent first prev)))
            (when first (plx--place prev token))
            (plx--feed prev token)
            (setq prev token
                  first nil)))))
    prev))

(defun plx--indent-text ()
  "The indentation of the line of point, which begins in a string."
  (let ((frame (car plx--stack)))
    (back-to-indentation)
    (cond ((looking-at "'''") (plx--frame-outer frame))
          ((not (eolp)) (current-indentation))
          ((re-search-backward "[^ \t\n]" nil t)
           (if (= (current-indentation) (plx--frame-outer frame))
               (plx--frame-inner frame)
             (current-indentation)))
          (t 0))))

(defun plx--indent-comment (prev)
  "The indentation of a comment at point, behind the token PREV.
It is that of what follows, and at the end of something that is closed,
that of what this holds."
  (forward-comment (buffer-size))
  (if (eobp)
      0
    (let ((token (plx--next 0 t prev)))
      (if (or (member (plx--token-text token) '(")" "]" "}")) (plx--is token "in"))
          (plx--frame-inner (plx--pop-to-items))
        (plx--place prev token)))))

(defun plx--indentation ()
  "The indentation that the line of point should have."
  (save-excursion
    (beginning-of-line)
    (let ((line (point))
          (plx--stack (list (plx--frame 'file 0 0)))
          (nothing (plx--token "" 0 nil nil nil))
          (prev nil))
      (setq prev nothing)
      (unless (bobp)
        (goto-char (plx--binding-start (1- line)))
        (while (< (point) line)
          (setq prev (plx--read-line prev))
          (forward-line 1)))
      (goto-char line)
      (if (plx--in-string-p)
          (plx--indent-text)
        (back-to-indentation)
        (cond ((eq (char-after) ?#) (plx--indent-comment prev))
              ((eolp) (plx--place prev (plx--token "x" 0 t nil t)))
              (t (plx--place prev (plx--next 0 t prev))))))))

(defun plx-indent-line ()
  "Indent the line of point as the formatter does."
  (interactive)
  (let ((column (plx--indentation)))
    (if (<= (current-column) (current-indentation))
        (indent-line-to column)
      (save-excursion (indent-line-to column)))))

;;;; Formatting

(defun plx-format-buffer ()
  "Format the buffer with plxc.
If it has errors, show the first and change nothing."
  (interactive)
  (let ((output (generate-new-buffer " *plx-format*"))
        (errors (make-temp-file "plx-format")))
    (unwind-protect
        (if (eql 0 (call-process-region nil nil plx-program nil (list output errors) nil "--color=never" "fmt" "-"))
            (replace-buffer-contents output)
          (message "%s" (with-temp-buffer
                          (insert-file-contents errors)
                          (buffer-substring (point-min) (line-end-position)))))
      (kill-buffer output)
      (delete-file errors))))

(defun plx--before-save ()
  "Format, if saving does."
  (when plx-format-on-save
    (plx-format-buffer)))

;;;; Errors

(defvar-local plx--check nil "The running plxc of Flymake.")

(defun plx--position (line column)
  "The position of LINE and COLUMN, which count from 1."
  (save-excursion
    (save-restriction
      (widen)
      (goto-char (point-min))
      (forward-line (1- line))
      (min (+ (point) (1- column)) (line-end-position)))))

(defun plx--diagnostic (object file)
  "The Flymake diagnostic of OBJECT, a message of plxc; nil if not in FILE.
The current buffer visits FILE."
  (let* ((labels (append (alist-get 'labels object) nil))
         (label (or (cl-find-if (lambda (l) (eq (alist-get 'primary l) t)) labels) (car labels))))
    (when (and label (equal (expand-file-name (alist-get 'file label)) file))
      (let ((start (plx--position (alist-get 'line label) (alist-get 'column label)))
            (end (plx--position (alist-get 'end_line label) (alist-get 'end_column label))))
        (when (= start end)
          (setq end (min (1+ start) (point-max))
                start (min start (max (point-min) (1- end)))))
        (flymake-make-diagnostic
         (current-buffer) start end
         (if (equal (alist-get 'severity object) "warning") :warning :error)
         (string-join
          (delq nil (append (list (format "%s [%s]" (alist-get 'message object) (alist-get 'code object))
                                  (alist-get 'text label))
                            (append (alist-get 'help object) nil)))
          "\n"))))))

(defun plx--diagnostics (output file)
  "The diagnostics in OUTPUT, one JSON object a line.
The current buffer visits FILE."
  (delq nil
        (mapcar (lambda (line)
                  (when (string-prefix-p "{" line)
                    (plx--diagnostic (let ((json-object-type 'alist) (json-array-type 'vector)
                                           (json-false nil) (json-null nil))
                                       (json-read-from-string line))
                                     file)))
                (split-string output "\n"))))

(defun plx-flymake (report &rest _)
  "Check the file of the buffer with plxc and give what it says to REPORT.
What is not saved yet is not looked at: imports and paths are relative to
the file."
  (unless (executable-find plx-program)
    (error "Cannot find `%s'" plx-program))
  (when (process-live-p plx--check)
    (kill-process plx--check))
  (if (or (not buffer-file-name) (buffer-modified-p))
      ;; An empty region: what was found before stays.
      (funcall report nil :region (cons (point-min) (point-min)))
    (let ((source (current-buffer)) (file (expand-file-name buffer-file-name)))
      (setq plx--check
            (make-process
             :name "plx-flymake" :noquery t :connection-type 'pipe
             :buffer (generate-new-buffer " *plx-flymake*")
             :command (list plx-program "--error-format=json" "check" file)
             :sentinel
             (lambda (process _event)
               (when (memq (process-status process) '(exit signal))
                 (unwind-protect
                     (when (and (buffer-live-p source) (eq process (buffer-local-value 'plx--check source)))
                       (let ((output (with-current-buffer (process-buffer process) (buffer-string))))
                         (with-current-buffer source
                           (funcall report (plx--diagnostics output file)))))
                   (kill-buffer (process-buffer process))))))))))

;;;; The mode

(defvar plx-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-f") #'plx-format-buffer)
    map)
  "Keys of `plx-mode'.")

(defvar plx-imenu-expression
  '(("Params" "^param[ \t]+\\([A-Za-z_][A-Za-z0-9_]*\\)" 1)
    ("Types" "^type[ \t]+\\([A-Za-z_][A-Za-z0-9_]*\\)[ \t]*=" 1)
    ("Tests" "^test[ \t]*\"\\([^\"\n]*\\)\"" 1)
    (nil "^\\([A-Za-z_][A-Za-z0-9_]*\\)[ \t]*[=:(]" 1))
  "Bindings of a file.")

(defun plx-beginning-of-defun (&optional count)
  "Go back to the beginning of a binding of the file, COUNT times."
  (interactive "p")
  (dotimes (_ (or count 1))
    (goto-char (plx--binding-start (if (bolp) (max (point-min) (1- (point))) (point))))))

(defun plx-end-of-defun ()
  "Go to the end of the binding that begins at point."
  (interactive)
  (forward-line 1)
  (while (and (not (eobp)) (not (and (looking-at plx--binding-rx) (plx--file-level-p (point)))))
    (forward-line 1))
  (forward-comment (- (buffer-size)))
  (forward-line 1))

;;;###autoload
(define-derived-mode plx-mode prog-mode "plx"
  "Major mode for plx pipelines.

\\{plx-mode-map}"
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "#+[ \t]*")
  (setq-local indent-tabs-mode nil)
  (setq-local indent-line-function #'plx-indent-line)
  (setq-local electric-indent-chars (append "])}" electric-indent-chars))
  (setq-local parse-sexp-lookup-properties t)
  (setq-local syntax-propertize-function #'plx--propertize)
  (add-hook 'syntax-propertize-extend-region-functions #'plx--extend nil t)
  (setq-local font-lock-defaults
              '(plx-font-lock-keywords nil nil nil (font-lock-syntactic-face-function . plx--syntactic-face)))
  (setq-local imenu-generic-expression plx-imenu-expression)
  (setq-local beginning-of-defun-function #'plx-beginning-of-defun)
  (setq-local end-of-defun-function #'plx-end-of-defun)
  (add-hook 'before-save-hook #'plx--before-save nil t)
  (add-hook 'flymake-diagnostic-functions #'plx-flymake nil t))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.plx\\'" . plx-mode))

(declare-function flymake-make-diagnostic "flymake")

(provide 'plx-mode)

;;; plx-mode.el ends here
