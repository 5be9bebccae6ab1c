//! Escapes from templates as they are written, and templates as models have them.

use super::*;

/// The weight of the worst sign.
fn worst(template: &str) -> Option<Weight> {
    signs(template).first().map(|sign| sign.weight)
}

#[test]
fn code_is_run() {
    for template in [
        "{{ ().__class__.__base__.__subclasses__() }}",
        "{{ lipsum.__globals__['os'].popen('id').read() }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self._TemplateReference__context.joiner.__init__.__globals__.os }}",
        "{{ namespace.__init__.__globals__['__builtins__']['__import__']('os').system('id') }}",
        "{% for x in ''.__class__.__mro__[1].__subclasses__() %}{{ x._module.__builtins__ }}{% endfor %}",
        "{{ ''['__class__']['__mro__'][1]['__subclasses__']() }}",
        "{{ request|attr('application')|attr('\\x5f\\x5fglobals\\x5f\\x5f') }}",
        r#"{{ x["\u005f\u005fglobals\u005f\u005f"] }}"#,
        r#"{{ x["\137\137globals\137\137"] }}"#,
        "{{ x['__glo' ~ 'bals__'] }}",
        "{{ x['__glo' + 'bals__'] }}",
        "{{ x['__glo' 'bals__'] }}",
        "{{ x[['__glo', 'bals__']|join] }}",
        "{{ x['__slabolg__'[::-1]] }}",
        "{{ x|map(attribute='a.__globals__')|list }}",
        "{%- set y = dict(__globals__=1)|first -%}",
        "{{ eval('1') }}",
        "{{ messages[0].gi_frame.f_back }}",
        "text {# {{ #} {{- raise_exception.__globals__ -}}",
        "{% raw %}{% endraw %}{{ strftime_now.__globals__ }}",
    ] {
        assert_eq!(worst(template), Some(Weight::Runs), "{template}");
    }
}

#[test]
fn the_template_is_left() {
    for template in [
        "{{ messages.__class__ }}",
        "{{ x|attr('__class__') }}",
        "{{ x|attr(y) }}",
        "{{ x|attr('_' * 2 ~ 'class') }}",
        "{{ '{0.__class__}'.format(x) }}",
        "{% set f = '{}'.format %}{{ [x]|map(f) }}",
        "{{ '{}'.format_map(x) }}",
        "{{ x['__%s__' % 'class'] }}",
        "{% set a = '__cla' %}{% set b = 'ss__' %}{{ x[a ~ b] }}",
        "{{ x['%c%c'|format(95, 95)] }}",
        "{{ lipsum[y] }}",
        "{% set u = 'im_start'[2] %}{% set d = u ~ u %}{{ messages[d ~ 'class' ~ d] }}",
        "{% set u = 'im_start'[2] %}{{ messages|map(attribute=u*2 ~ 'class' ~ u*2)|list }}",
        "{% set u = 'im_start'[2] %}{{ messages|selectattr(u*2 ~ 'class')|list }}",
        "{% set c = '@@class@@'.replace('@', y) %}{{ messages[c] }}",
        "{% set c = '__CLASS__'|lower %}{{ messages[c] }}",
        "{% set c = 'AAclassAA'.translate({65: 95}) %}{{ messages[c] }}",
        "{% set c = 'x__class__y'[1:10] %}{{ messages[c] }}",
        "{% set c %}_{{ '' }}_class_{{ '' }}_{% endset %}{{ messages[c] }}",
        "{% macro c() %}_{{ '' }}_class_{{ '' }}_{% endmacro %}{{ messages[c()] }}",
        "{{ (lipsum|string|list)[24] }}",
        "{{ request.environ }}",
        "{{ config.from_pyfile('/etc/passwd') }}",
    ] {
        assert_eq!(worst(template), Some(Weight::Reaches), "{template}");
    }
    for template in [
        "{% include '/etc/passwd' %}",
        "{%- import 'x' as y -%}",
        "{% from 'x' import y %}",
        "{% extends 'x' %}",
        "{{ x|attr('content') }}",
        "{{ config }}",
        "{{ url_for('x') }}",
        "{{ get_flashed_messages() }}",
    ] {
        assert_eq!(worst(template), Some(Weight::Odd), "{template}");
    }
}

#[test]
fn ordinary_templates() {
    for template in [
        "{{ bos_token }}{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] | trim + '<|im_end|>' }}{% endfor %}",
        "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate') }}{% endif %}",
        "{%- set ns = namespace(found=false, last=-1) -%}{% set ns.found = true %}",
        "{%- set date = strftime_now('%d %b %Y') %}",
        "{{ content.split('</think>')[-1].lstrip('\\n') }}",
        "{% for key, value in tool.parameters.items() %}{{ key }}: {{ value | tojson(indent=4) }}{% endfor %}",
        "{% generation %}{{ messages[0].content }}{% endgeneration %}",
        "{%- macro render(items, config, open) -%}{{ config }}{{ open('x') }}{%- endmacro -%}",
        "{{ 'a {} b'.format(x) }}{{ '%s' | format(x) }}",
        "{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | list }}",
        "__class__ in text {{ '<|__media__|>' }} {# __globals__ #} {% raw %}{{ x.__class__ }}{% endraw %}",
        "{% set request = messages[0] %}{{ request.headers }}",
        "{{ self.body() }}{{ message.format }}{{ message['config']['system'] }}{{ range(3) }}{{ dict(a=1) }}",
        "{{ 'See __init__.py' }}{{ message.import }}{{ ['a', 'b'] | join('__') }}",
    ] {
        let signs = signs(template);
        // A key `format` of a message cannot be told from the method.
        let odd = signs.iter().filter(|sign| !sign.text.contains("format"));
        assert_eq!(odd.count(), 0, "{template} {signs:?}");
    }
}

#[test]
fn hostile_templates_end() {
    let many = "{{ x.__class__ }}".repeat(5_000) + "{{ x.__globals__ }}";
    let found = signs(&many);
    assert_eq!(found[0].weight, Weight::Runs);
    assert!(found.len() <= MOST);
    signs(&"{{ '{".repeat(30_000));
    signs(&format!("{{{{ '{}' }}}}", "{".repeat(60_000)));
    signs(&format!("{{{{ {} }}}}", "'__' ~ ".repeat(10_000)));
}
