; What festival's Russian voice would say for each text in the file "texts" (strings of Lisp), to the standard output: a
; line for each phone, and a line "said" after each text, or "failed" where an error came up.

(if (not (assoc 'msu_ru_nsh_clunits voice-locations)) (exit 3))
(set! msu_ru_nsh::clunits_prompting_stage t) ; without its recordings, which take long to load
(voice_msu_ru_nsh_clunits)
(Parameter.set 'Synth_Method 'None)

(define (print_phone phone)
  (format t "%s\t%s\t%s\t%s\t%s\t%s\n"
    (item.name phone)
    (item.feat phone "R:SylStructure.parent.id")
    (item.feat phone "R:SylStructure.parent.parent.id")
    (item.feat phone "R:SylStructure.parent.parent.name")
    (item.feat phone "R:SylStructure.parent.parent.pos")
    (item.feat phone "R:SylStructure.parent.parent.R:Token.parent.punc")))

(define (say text)
  (let ((utterance (utt.synth (eval (list 'Utterance 'Text text)))))
    (mapcar print_phone (utt.relation.items utterance 'Segment))
    (format t "said\n")))

(let ((file (fopen "texts" "r")) (text nil))
  (while (not (equal? (set! text (readfp file)) (eof-val)))
    (unwind-protect (say text) (format t "failed\n"))))
